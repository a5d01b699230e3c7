/** Finds, unpacks and loads libtorch. */
module io.nextscale.libtorch {
  requires static transitive org.jspecify;

  exports io.nextscale.libtorch;
}
