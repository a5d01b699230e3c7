package io.nextscale.serve;

/** Bounds the bytes of all request bodies that are held at once. */
final class BodyBudget {
  private final long most;
  private long held;

  BodyBudget(long most) {
    this.most = most;
  }

  /** Takes bytes, unless all bodies together would have too many. */
  synchronized boolean take(int bytes) {
    if (held + bytes > most) {
      return false;
    }
    held += bytes;
    return true;
  }

  synchronized void giveBack(long bytes) {
    held -= bytes;
  }

  synchronized long held() {
    return held;
  }
}
