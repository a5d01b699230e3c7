// Images that this browser keeps, newest first.

const KEY = "nextscale-history";
const MOST = 48;

export function all() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

export function add(entry) {
  let list = [entry, ...all()].slice(0, MOST);
  while (list.length > 0) {
    try {
      localStorage.setItem(KEY, JSON.stringify(list));
      return;
    } catch { // the browser's limit: forget the oldest
      list = list.slice(0, -1);
    }
  }
}

export function clear() {
  localStorage.removeItem(KEY);
}
