/** A modular application of a user: it names no other module than the one it calls. */
module consumer {
  requires io.nextscale.models;
}
