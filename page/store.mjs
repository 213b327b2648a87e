// What a reader wrote, kept by this browser alone. An edit holds the text that it began
// with: where the course has changed a cell since, the edit is not put into it.

export class Store {
  constructor(place) {
    this.place = `descent-page:${place}#`;
  }

  /** The edited text of a cell, if `original` is what was edited. */
  get(id, original) {
    try {
      const kept = JSON.parse(localStorage.getItem(this.place + id));
      return kept?.original === original ? kept.text : null;
    } catch {
      return null; // storage is closed to scripts
    }
  }

  set(id, original, text) {
    try {
      if (text === original) localStorage.removeItem(this.place + id);
      else localStorage.setItem(this.place + id, JSON.stringify({ original, text }));
      return true;
    } catch {
      return false;
    }
  }
}
