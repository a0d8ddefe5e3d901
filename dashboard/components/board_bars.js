// A table of bars, as bars.py writes it.
class Bars {
  constructor(root) {
    this.box = root.querySelector(".maps");
  }

  update(component) {
    const { header } = unpack(component.data);
    if (this.html !== header.html) this.box.innerHTML = this.html = header.html;
  }

  close() {}
}
