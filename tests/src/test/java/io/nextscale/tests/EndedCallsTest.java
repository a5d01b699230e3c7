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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Ends of calls: cancelled, refused, or cut off because the generator closes. */
class EndedCallsTest extends GeneratorInUse {
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
