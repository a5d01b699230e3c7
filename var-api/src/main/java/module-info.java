/** Next-scale visual autoregressive image generation. */
@SuppressWarnings("module") // the modules train and cli are compiled after this one
module io.nextscale.var {
  requires static transitive org.jspecify;
  requires transitive io.nextscale.torch;
  requires transitive java.desktop;
  requires jdk.management; // how much memory there is

  exports io.nextscale.var;
  exports io.nextscale.var.checkpoint;
  exports io.nextscale.var.config;
  exports io.nextscale.var.edit;
  exports io.nextscale.var.image;
  exports io.nextscale.var.model;
  exports io.nextscale.var.sampling;
  exports io.nextscale.var.scale;

  // the inside, for the modules of this project
  exports io.nextscale.var.check to
      io.nextscale.serve,
      io.nextscale.train,
      io.nextscale.cli;
  exports io.nextscale.var.file to
      io.nextscale.evaluate,
      io.nextscale.train,
      io.nextscale.cli;
  exports io.nextscale.var.format to
      io.nextscale.serve;
  exports io.nextscale.var.generate to
      io.nextscale.train;
  exports io.nextscale.var.inference to
      io.nextscale.train;
  exports io.nextscale.var.json to
      io.nextscale.evaluate,
      io.nextscale.serve,
      io.nextscale.train,
      io.nextscale.cli;
  exports io.nextscale.var.nn to
      io.nextscale.train;
  exports io.nextscale.var.tokenizer to
      io.nextscale.train;
  exports io.nextscale.var.transformer to
      io.nextscale.train;
}
