/** Next-scale visual autoregressive image generation. */
module io.nextscale.var {
  requires static transitive org.jspecify;
  requires transitive io.nextscale.torch;
  requires transitive java.desktop;
  requires jdk.management; // how much memory there is

  exports io.nextscale.var;
  exports io.nextscale.var.check to
      io.nextscale.train;
  exports io.nextscale.var.checkpoint;
  exports io.nextscale.var.file;
  exports io.nextscale.var.generate;
  exports io.nextscale.var.image;
  exports io.nextscale.var.json;
  exports io.nextscale.var.model;
  exports io.nextscale.var.nn;
  exports io.nextscale.var.scale;
  exports io.nextscale.var.tokenizer;
  exports io.nextscale.var.transformer;
}
