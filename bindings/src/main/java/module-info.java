/** Tensors, operators and lifetimes over libtorch's C ABI. */
module io.nextscale.torch {
  requires static transitive org.jspecify;
  requires transitive io.nextscale.libtorch;

  exports io.nextscale.torch;
  exports io.nextscale.torch.cpu;
}
