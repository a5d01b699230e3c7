/** Finds, unpacks and loads libtorch. */
module io.nextscale.libtorch {
  requires static org.jspecify;

  exports io.nextscale.libtorch;
}
