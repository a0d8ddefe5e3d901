// Several views side by side that arrive in one message: what moves with one hand is painted
// together, and Streamlit has one element to update instead of one for each.

class Board {
  constructor(root) {
    this.box = root.querySelector(".board");
    this.cells = [];
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    const plan = JSON.stringify(header.columns);
    if (this.plan !== plan) this.build(header.columns, plan);
    this.cells.forEach(({ view, name }, i) => {
      // Each slider has a state of its own name in the board's.
      const setStateValue = (_, value) => component.setStateValue(name, value);
      view.update({ data: parts[i], setStateValue });
    });
  }

  build(columns, plan) {
    this.close();
    this.plan = plan;
    this.box.replaceChildren();
    this.box.style.gridTemplateColumns = columns.map(({ width }) => `${width}fr`).join(" ");
    this.cells = columns.flatMap(({ cells }) => {
      const place = this.box.appendChild(document.createElement("div"));
      return cells.map(({ kind, name }) => ({ name, view: this.view(kind, place) }));
    });
  }

  // Each view has a root of its own, so that their styles do not meet.
  view(kind, place) {
    const root = place.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    root.innerHTML = `<style>${STYLES[kind]}</style><div class="maps slider"></div>`;
    return new CELLS[kind](root);
  }

  close() {
    for (const { view } of this.cells) view.close();
  }
}

export default mounted(Board);
