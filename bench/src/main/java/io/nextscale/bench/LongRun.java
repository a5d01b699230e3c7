package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Follows the resident memory of a process that generates images for long, with several callers at
 * once. The Java heap should be fixed and touched at the start, so that it does not count as
 * growth. Memory in use is that of blocks that the C library has given out: if it stays the same,
 * nothing is lost, and growth is free memory that the allocator keeps.
 */
public final class LongRun {
  private static final int ROWS = 20;

  private LongRun() {}

  /**
   * Prints a row of figures after each twentieth of the images.
   *
   * @param arguments model ({@code demo} or a preset), f32 or bf16, number of images, callers
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 4) {
      System.err.println("usage: long MODEL f32|bf16 IMAGES CALLERS");
      System.exit(2);
    }
    DType computeType = BenchModel.computeType(arguments[1]);
    int images = positive("images", arguments[2]);
    int callers = positive("callers", arguments[3]);
    try (ImageGenerator generator = BenchModel.load(arguments[0], computeType)) {
      System.out.printf(
          "%s, %s, libtorch %s with %d threads, %d callers, Java %s%n%n",
          arguments[0],
          computeType,
          Torch.version(),
          CpuThreads.count(),
          callers,
          Runtime.version());
      System.out.printf(
          "%9s %10s %9s %9s %9s %9s %9s %9s%n",
          "images", "seconds", "MB", "in use", "tensors", "threads", "files", "mappings");
      run(generator, images, callers);
    }
    print("closed", System.nanoTime());
  }

  private static void run(ImageGenerator generator, int images, int callers) throws IOException {
    long start = System.nanoTime();
    int part = Math.max(1, images / ROWS);
    try (ExecutorService pool = Executors.newFixedThreadPool(callers)) {
      for (int done = 0; done < images; ) {
        int end = Math.min(images, done + part);
        AtomicInteger next = new AtomicInteger(done);
        CompletableFuture.allOf(
                IntStream.range(0, callers)
                    .mapToObj(
                        i -> CompletableFuture.runAsync(() -> call(generator, next, end), pool))
                    .toArray(CompletableFuture[]::new))
            .join();
        done = end;
        print(Integer.toString(done), start);
      }
    }
  }

  private static void call(ImageGenerator generator, AtomicInteger next, int end) {
    int classes = generator.spec().noClass();
    for (int i = next.getAndIncrement(); i < end; i = next.getAndIncrement()) {
      generator.generate(GenerationRequest.of(i % classes).seed(i).build());
    }
  }

  private static void print(String images, long start) throws IOException {
    System.gc();
    System.out.printf(
        "%9s %10.1f %9.1f %9.1f %9d %9d %9d %9d%n",
        images,
        (System.nanoTime() - start) / 1e9,
        ResidentMemory.now() / 1e6,
        AllocatedMemory.now() / 1e6,
        Torch.liveTensors(),
        entries("/proc/self/task"),
        entries("/proc/self/fd"),
        Files.readAllLines(Path.of("/proc/self/maps")).size());
  }

  private static int positive(String what, String text) {
    int value = Integer.parseInt(text);
    if (value < 1) {
      throw new IllegalArgumentException("%s %s: expected 1 or more".formatted(what, text));
    }
    return value;
  }

  private static long entries(String folder) throws IOException {
    try (var list = Files.list(Path.of(folder))) {
      return list.count();
    }
  }
}
