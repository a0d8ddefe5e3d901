// A link to another page of the dashboard that keeps the session: what lives in this tab alone is
// still there.

// link: an <a>; page: what its address begins with. The sidebar's own link is pressed in its place,
// unless another tab is asked for, or there is no sidebar.
function keepsSession(link, page) {
  link.addEventListener("click", (event) => {
    const beside = document.querySelector(`.stSidebar a[href^="${page}"]`);
    if (!beside || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    beside.click();
  });
}
