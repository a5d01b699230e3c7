/** The embedded demo models. */
module io.nextscale.models {
  requires transitive io.nextscale.var;

  exports io.nextscale.models;
}
