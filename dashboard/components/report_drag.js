// Entries of the report are put elsewhere by their grip; the list shows at once where.

function reportDraggable(list, onDropped) {
  let dragged = null;
  const itemOf = (event) => event.target.closest?.("li");
  list.addEventListener("dragstart", (event) => {
    if (!event.target.closest?.(".grip")) return;
    dragged = itemOf(event);
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", ""); // without it some browsers drag nothing
    event.dataTransfer.setDragImage(dragged, 0, 0);
  });
  list.addEventListener("dragover", (event) => {
    const over = itemOf(event);
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged);
    else over.after(dragged);
  });
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    dragged = null;
    onDropped();
  });
}
