package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Many clients at once, against as many callers of the library, in turns so that other load on the
 * machine meets both. The system properties {@code nextscale.load.requests}, {@code
 * nextscale.load.clients} and {@code nextscale.load.rounds} make it larger.
 */
class ServerLoadTest {
  private static final int REQUESTS = Integer.getInteger("nextscale.load.requests", 32);
  private static final int CLIENTS = Integer.getInteger("nextscale.load.clients", 16);
  private static final int ROUNDS = Integer.getInteger("nextscale.load.rounds", 1);

  /** Makes the PNG of a seed. */
  private interface Source {
    byte[] image(int seed) throws Exception;
  }

  /** Result of all rounds of a load: seconds of each request, and of all rounds together. */
  private static final class Load {
    private final String name;
    private final List<byte[]> images = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();
    private double total;

    Load(String name) {
      this.name = name;
    }

    double rate() {
      return seconds.size() / total;
    }

    void print() {
      seconds.sort(null);
      int count = seconds.size();
      System.out.printf(
          Locale.ROOT,
          "  %-8s %s requests, %s clients: %.1f images/s, median %.3f s, p99 %.3f s%n",
          name,
          count,
          CLIENTS,
          rate(),
          seconds.get(count / 2),
          seconds.get((int) Math.ceil(0.99 * count) - 1));
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
      Load alone = new Load("library");
      Load served = new Load("server");
      for (int round = 0; round < ROUNDS; round++) {
        boolean serverFirst = round % 2 == 1;
        run(serverFirst ? served : alone, serverFirst ? server : library);
        run(serverFirst ? alone : served, serverFirst ? library : server);
      }
      alone.print();
      served.print();
      System.out.printf(
          Locale.ROOT,
          "  server/library %.2f, resident memory %.0f MiB%n",
          served.rate() / alone.rate(),
          demo.metric("nextscale_resident_bytes") / (1 << 20));
      assertThat(served.images).hasSize(ROUNDS * REQUESTS);
      for (int i = 0; i < served.images.size(); i++) {
        assertThat(served.images.get(i)).as("image " + i).isEqualTo(alone.images.get(i));
      }
    }
  }

  /** One round: an image of each seed. */
  private static void run(Load load, Source source) throws Exception {
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
                  synchronized (load) {
                    load.seconds.add((System.nanoTime() - begin) * 1e-9);
                  }
                  return image;
                }));
      }
      for (Future<byte[]> one : all) {
        load.images.add(one.get());
      }
    }
    load.total += (System.nanoTime() - start) * 1e-9;
  }
}
