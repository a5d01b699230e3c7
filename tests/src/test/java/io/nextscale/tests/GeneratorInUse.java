package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A generator as a server uses it, loaded for each test, and virtual threads that call it. */
abstract class GeneratorInUse {
  static final Duration LONG = Duration.ofMinutes(3);

  ImageGenerator generator;
  final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void load() {
    generator = ImageGenerator.load(DemoModel.source());
  }

  @AfterEach
  void close() {
    virtual.shutdownNow();
    generator.close();
  }

  static GenerationRequest.Builder bird(long seed) {
    return GenerationRequest.of("bird").seed(seed).cfg(2).sampling(Sampling.all().withTopK(50));
  }

  final long[] tokens(GenerationRequest.Builder request) {
    return generator.generate(request.build()).tokens().tokens()[0];
  }

  /** Waits for something that another thread does. */
  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(3, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Noise that holds the computing thread at the first token until it is released. */
  static final class Holding implements TokenNoise {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    private final TokenNoise noise = new CounterNoise(new long[] {1});

    @Override
    public void exponentials(Use use, int image, int position, float[] row) {
      reached.countDown();
      await(released);
      noise.exponentials(use, image, position, row);
    }
  }

  /** Names of the live threads of the library. */
  static List<String> libraryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("nextscale-"))
        .toList();
  }
}
