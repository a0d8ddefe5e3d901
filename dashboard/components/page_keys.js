// Keys of the page as a whole: they are left to whatever has the keyboard and needs them itself.

// What has the keyboard, inside of components too; null where it is the page.
function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element === document.body ? null : element;
}

function isPlain(event) {
  return !(event.ctrlKey || event.altKey || event.metaKey);
}

// Streamlit calls after every run: there is one listener for each place on the page.
function listening(Keys) {
  const places = new WeakMap();
  return (component) => {
    const place = component.parentElement;
    const keys = places.get(place) ?? new Keys();
    places.set(place, keys);
    keys.update(component);
    return () => {
      keys.close();
      places.delete(place);
    };
  };
}
