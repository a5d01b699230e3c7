/** Next-scale visual autoregressive image generation. */
module io.nextscale.var {
  requires static transitive org.jspecify;
  requires transitive io.nextscale.torch;
  requires transitive java.desktop;

  exports io.nextscale.var;
}
