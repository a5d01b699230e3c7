package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.GenerationRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Many clients at once, against as many callers of the library. The system properties {@code
 * nextscale.load.requests} and {@code nextscale.load.clients} make it larger.
 */
class ServerLoadTest {
  private static final int REQUESTS = Integer.getInteger("nextscale.load.requests", 32);
  private static final int CLIENTS = Integer.getInteger("nextscale.load.clients", 16);

  /** Makes the PNG of a seed. */
  private interface Source {
    byte[] image(int seed) throws Exception;
  }

  /** Result of a load: seconds of each request, sorted. */
  private record Load(List<byte[]> images, double[] seconds, double total) {
    String line(String name) {
      return String.format(
          Locale.ROOT,
          "  %-8s %d requests, %d clients: %.1f images/s, median %.3f s, p99 %.3f s",
          name,
          REQUESTS,
          CLIENTS,
          rate(),
          seconds[seconds.length / 2],
          seconds[(int) Math.min(seconds.length - 1, Math.ceil(0.99 * seconds.length) - 1)]);
    }

    double rate() {
      return REQUESTS / total;
    }
  }

  @Test
  void imagesUnderLoadAreThoseOfSingleRuns() throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), CLIENTS)) {
      Source library =
          seed ->
              demo.generators
                  .getFirst()
                  .generate(GenerationRequest.of("bird").seed(seed).build())
                  .images()
                  .getFirst()
                  .toPng();
      Source server =
          seed ->
              ServedDemo.image(
                  demo.post(GENERATIONS, "{\"prompt\":\"bird\",\"seed\":%s}".formatted(seed)), 0);
      for (int seed = 0; seed < 3; seed++) { // compilation
        assertThat(server.image(seed)).as("seed " + seed).isEqualTo(library.image(seed));
      }
      Load alone = load(library);
      Load served = load(server);
      System.out.println(alone.line("library") + "\n" + served.line("server"));
      System.out.printf(
          Locale.ROOT,
          "  server/library %.2f, resident memory %.0f MiB%n",
          served.rate() / alone.rate(),
          demo.metric("nextscale_resident_bytes") / (1 << 20));
      for (int seed = 0; seed < REQUESTS; seed++) {
        assertThat(served.images.get(seed)).as("seed " + seed).isEqualTo(alone.images.get(seed));
      }
    }
  }

  private static Load load(Source source) throws Exception {
    double[] seconds = new double[REQUESTS];
    List<byte[]> images = new ArrayList<>();
    long start = System.nanoTime();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<byte[]>> all = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        int seed = i;
        all.add(
            clients.submit(
                () -> {
                  long begin = System.nanoTime();
                  byte[] image = source.image(seed);
                  seconds[seed] = (System.nanoTime() - begin) * 1e-9;
                  return image;
                }));
      }
      for (Future<byte[]> one : all) {
        images.add(one.get());
      }
    }
    double total = (System.nanoTime() - start) * 1e-9;
    Arrays.sort(seconds);
    return new Load(images, seconds, total);
  }
}
