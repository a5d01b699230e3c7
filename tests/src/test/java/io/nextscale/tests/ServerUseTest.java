package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.Torch;
import io.nextscale.var.Cancellation;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A generator as a server uses it; {@link NothingIsLeft} counts the tensors after each test. */
class ServerUseTest {
  private static final Duration LONG = Duration.ofMinutes(3);

  private ImageGenerator generator;
  private final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void load() {
    generator = ImageGenerator.load(DemoModel.source());
  }

  @AfterEach
  void close() {
    virtual.shutdownNow();
    generator.close();
  }

  private static GenerationRequest.Builder bird(long seed) {
    return GenerationRequest.of("bird").seed(seed).cfg(2).sampling(Sampling.all().withTopK(50));
  }

  private long[] tokens(GenerationRequest.Builder request) {
    return generator.generate(request.build()).tokens().tokens()[0];
  }

  /** Waits for something that another thread does. */
  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(3, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Noise that holds the computing thread at the first token until it is released. */
  private static final class Holding implements TokenNoise {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final TokenNoise noise = new CounterNoise(new long[] {1});

    @Override
    public void exponentials(Use use, int image, int position, float[] row) {
      reached.countDown();
      await(released);
      noise.exponentials(use, image, position, row);
    }
  }

  // ---- threads --------------------------------------------------------------------------------

  @Test
  void virtualThreadsGenerateWithListenersThatBlock() throws Exception {
    List<long[]> expected = List.of(tokens(bird(0)), tokens(bird(1)), tokens(bird(2)));
    List<Future<long[]>> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long seed = i % 3;
      answers.add(
          virtual.submit(
              () -> {
                Thread caller = Thread.currentThread();
                return tokens(
                    bird(seed)
                        .onScale(
                            event -> {
                              assertThat(Thread.currentThread()).isSameAs(caller);
                              sleep(5);
                              assertThat(event.preview()).hasSize(1);
                              assertThat(event.logits()).isNotEmpty();
                            }));
              }));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).get(3, TimeUnit.MINUTES)).isEqualTo(expected.get(i % 3));
    }
  }

  @Test
  void oneThreadComputesForAllCallers() throws Exception {
    Set<String> computing = ConcurrentHashMap.newKeySet();
    TokenNoise counter = new CounterNoise(new long[] {1});
    TokenNoise noise =
        (use, image, position, row) -> {
          if (position == 0) { // one row alone is drawn by the thread that computes
            computing.add(Thread.currentThread().getName());
          }
          counter.exponentials(use, image, position, row);
        };
    List<Future<long[]>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(virtual.submit(() -> tokens(bird(1).noise(noise))));
    }
    for (Future<long[]> answer : answers) {
      answer.get(3, TimeUnit.MINUTES);
    }
    assertThat(computing).singleElement().asString().startsWith("nextscale-compute-");
  }

  @Test
  void othersComputeWhileAListenerBlocks() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<GenerationResult> slow =
        generator.generateAsync(
            bird(1)
                .onScale(
                    event -> {
                      inside.countDown();
                      await(goOn);
                    })
                .build());
    await(inside);
    assertThat(tokens(bird(2))).hasSize(130);
    assertThat(slow).isNotDone();
    goOn.countDown();
    assertThat(slow).succeedsWithin(LONG);
    assertThat(slow.join().tokens().tokens()[0]).isEqualTo(tokens(bird(1)));
  }

  /**
   * Requests of equal shape that wait together form a batch, and give the bits that each has alone.
   */
  @Test
  void requestsThatWaitAreComputedTogetherWithTheSameResult() {
    List<GenerationRequest.Builder> requests =
        List.of(
            bird(1),
            bird(2),
            GenerationRequest.of(2, 5).seed(9).cfg(2).sampling(Sampling.all().withTopK(50)));
    List<GenerationResult> alone =
        requests.stream().map(request -> generator.generate(request.build())).toList();
    Holding holding = new Holding();
    CompletableFuture<GenerationResult> first =
        generator.generateAsync(bird(1).cfg(0).noise(holding).build());
    await(holding.reached);
    Set<Integer> images = ConcurrentHashMap.newKeySet();
    TokenNoise counter = new CounterNoise(new long[] {3});
    TokenNoise watching =
        (use, image, position, row) -> {
          images.add(image);
          counter.exponentials(use, image, position, row);
        };
    List<CompletableFuture<GenerationResult>> waiting = new ArrayList<>();
    for (GenerationRequest.Builder request : requests) {
      waiting.add(generator.generateAsync(request.build()));
    }
    waiting.add(generator.generateAsync(bird(3).noise(watching).build()));
    CompletableFuture<GenerationResult> cancelled = generator.generateAsync(bird(4).build());
    CompletableFuture<GenerationResult> other =
        generator.generateAsync(bird(5).sampling(Sampling.greedy()).build());
    sleep(100); // until all of them wait, most likely
    cancelled.cancel(false);
    holding.released.countDown();
    assertThat(first).succeedsWithin(LONG);
    for (int i = 0; i < alone.size(); i++) {
      GenerationResult joint = waiting.get(i).join();
      assertThat(joint.tokens()).isEqualTo(alone.get(i).tokens());
      assertThat(joint.latent()).isEqualTo(alone.get(i).latent());
      for (int image = 0; image < alone.get(i).images().size(); image++) {
        assertThat(joint.images().get(image).pixels())
            .isEqualTo(alone.get(i).images().get(image).pixels());
      }
    }
    assertThat(waiting.getLast().join().images()).hasSize(1);
    assertThat(images).containsExactly(0); // its index in its own request
    assertThat(other.join().images()).hasSize(1);
  }

  @Test
  void loadingAndTokenizingWorkOnVirtualThreads() throws Exception {
    Future<Integer> scales =
        virtual.submit(
            () -> {
              try (ImageGenerator own = ImageGenerator.load(DemoModel.source())) {
                var image = own.generate(bird(1).build()).images().getFirst().pixels();
                var tokens = own.tokenize(List.of(image)).tokens();
                own.score(tokens, List.of("bird"), false);
                return own.decode(tokens, 6).size() + tokens.scales().count();
              }
            });
    assertThat(scales.get(3, TimeUnit.MINUTES)).isEqualTo(7);
  }

  /** The threads and what they hold would keep the class loader of an application undeployed. */
  @Test
  void threadsEndWithTheLastGenerator() {
    ImageGenerator second = ImageGenerator.load(DemoModel.source());
    tokens(bird(1));
    generator.close();
    assertThat(second.generate(bird(1).build()).images()).hasSize(1);
    assertThat(libraryThreads()).isNotEmpty();
    second.close();
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!libraryThreads().isEmpty() && System.nanoTime() < deadline) {
      sleep(5);
    }
    assertThat(libraryThreads()).isEmpty();
  }

  private static List<String> libraryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("nextscale-"))
        .toList();
  }

  // ---- cancelling -----------------------------------------------------------------------------

  @Test
  void aFutureThatIsCancelledStopsTheWorkAndItsListener() {
    long weights = Torch.liveTensors();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CompletableFuture<GenerationResult> future =
        generator.generateAsync(
            bird(1)
                .onScale(
                    event -> {
                      inside.countDown();
                      try {
                        Thread.sleep(LONG);
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                    })
                .build());
    await(inside);
    assertThat(future.cancel(true)).isTrue();
    await(interrupted);
    assertThat(tokens(bird(2))).hasSize(130);
    generator.close(); // waits for the call to end
    assertThat(Torch.liveTensors()).isZero();
    assertThat(weights).isPositive();
  }

  @Test
  void aTimeLimitOfTheFutureStopsTheWork() {
    CountDownLatch over = new CountDownLatch(1);
    CompletableFuture<GenerationResult> future =
        generator
            .generateAsync(
                bird(1)
                    .onScale(
                        event -> {
                          try {
                            Thread.sleep(LONG);
                          } catch (InterruptedException e) {
                            over.countDown();
                          }
                        })
                    .build())
            .orTimeout(1, TimeUnit.MILLISECONDS);
    assertThatThrownBy(future::join).hasCauseInstanceOf(TimeoutException.class);
    generator.close(Duration.ofMinutes(1)); // whether its listener was reached or not, it ends
    assertThat(over.getCount()).isBetween(0L, 1L);
  }

  @Test
  void whatAsyncGenerationRefusesIsInItsFuture() {
    assertThat(generator.generateAsync(GenerationRequest.of("no such thing").build()))
        .failsWithin(LONG)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOf(IllegalArgumentException.class)
        .withMessageContaining("no such thing");
    generator.close();
    assertThat(generator.generateAsync(bird(1).build()))
        .failsWithin(LONG)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOf(IllegalStateException.class)
        .withMessageContaining("closed");
  }

  /** A client that hangs up while its request waits makes room at once. */
  @Test
  void callsThatWaitEndAtOnceWhenCancelledOrInterrupted() throws Exception {
    Holding holding = new Holding();
    CompletableFuture<GenerationResult> first =
        generator.generateAsync(bird(1).noise(holding).build());
    await(holding.reached);
    Cancellation cancellation = new Cancellation();
    Future<long[]> cancelled = virtual.submit(() -> tokens(bird(2).cancellation(cancellation)));
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              assertThatThrownBy(() -> tokens(bird(3)))
                  .isInstanceOf(CancellationException.class)
                  .hasMessageContaining("interrupted");
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
              interrupted.countDown();
            });
    sleep(50); // both wait, most likely; the outcome is the same if not
    cancellation.cancel();
    assertThatThrownBy(() -> cancelled.get(1, TimeUnit.MINUTES))
        .hasCauseInstanceOf(CancellationException.class);
    thread.interrupt();
    await(interrupted);
    assertThat(first).isNotDone();
    holding.released.countDown();
    assertThat(first).succeedsWithin(LONG);
  }

  // ---- too many calls -------------------------------------------------------------------------

  @Test
  void moreCallsThanAllowedAreRefused() {
    Holding holding = new Holding();
    LoadOptions options = LoadOptions.defaults().withMaxCalls(2);
    try (ImageGenerator busy = ImageGenerator.load(DemoModel.source(), options)) {
      CompletableFuture<GenerationResult> first =
          busy.generateAsync(bird(1).noise(holding).build());
      CompletableFuture<GenerationResult> second = busy.generateAsync(bird(2).build());
      assertThatThrownBy(() -> busy.generate(bird(3).build()))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("2 calls")
          .hasMessageContaining("LoadOptions.maxCalls");
      assertThat(busy.generateAsync(bird(3).build())).isCompletedExceptionally();
      holding.released.countDown();
      assertThat(first).succeedsWithin(LONG);
      assertThat(second).succeedsWithin(LONG);
      assertThat(busy.generate(bird(3).build()).images()).hasSize(1);
    }
    assertThatThrownBy(() -> options.withMaxCalls(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("calls at once");
  }

  // ---- closing --------------------------------------------------------------------------------

  @Test
  void closingWithATimeLimitCancelsWhatRuns() throws Exception {
    List<CompletableFuture<GenerationResult>> running = new ArrayList<>();
    CountDownLatch inside = new CountDownLatch(1);
    running.add(
        generator.generateAsync(
            bird(1)
                .onScale(
                    event -> {
                      inside.countDown();
                      await(new CountDownLatch(1)); // for ever
                    })
                .build()));
    await(inside);
    for (int i = 0; i < 5; i++) {
      running.add(generator.generateAsync(bird(i).build()));
    }
    Future<List<?>> sync =
        virtual.submit(
            () -> generator.generate(GenerationRequest.of(new int[40]).build()).images());
    sleep(20);
    generator.close(Duration.ZERO);
    assertThat(Torch.liveTensors()).isZero();
    assertThat(libraryThreads()).isEmpty();
    for (CompletableFuture<GenerationResult> future : running.subList(1, running.size())) {
      future.exceptionally(failure -> null).join();
      assertThat(future.isDone()).isTrue();
    }
    assertThatThrownBy(() -> sync.get(1, TimeUnit.MINUTES))
        .hasRootCauseInstanceOf(RuntimeException.class)
        .hasMessageContaining("closed");
    running.getFirst().cancel(true); // its listener still waits
  }

  @Test
  void aListenerMayWaitForTheThreadThatCloses() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    GenerationRequest request =
        bird(1)
            .onScale(
                event -> {
                  virtual.submit(
                      () -> {
                        generator.close();
                        closed.complete(null);
                      });
                  assertThat(closed).succeedsWithin(LONG);
                  assertThatThrownBy(event::preview).isInstanceOf(CancellationException.class);
                })
            .build();
    assertThatThrownBy(() -> generator.generate(request))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("closed");
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void aForgottenGeneratorIsReportedOnceAndFreed() {
    List<LogRecord> reports = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            synchronized (reports) {
              reports.add(record);
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("io.nextscale");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      long before = Torch.liveTensors();
      assertThat(ImageGenerator.load(DemoModel.source()).generate(bird(1).build()).images())
          .hasSize(1);
      assertThat(Torch.liveTensors()).isGreaterThan(before);
      for (int i = 0; i < 200 && Torch.liveTensors() > before; i++) {
        System.gc();
        sleep(20);
      }
      assertThat(Torch.liveTensors()).isEqualTo(before);
      synchronized (reports) {
        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().getMessage()).contains("ImageGenerator", "never closed");
        assertThat(reports.getFirst().getThrown()).hasMessageContaining("loaded here");
      }
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
  }
}
