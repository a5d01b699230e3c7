package io.nextscale.serve;

import io.nextscale.var.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Work that a client waits for; closing it cancels what is not done. A client that goes away is
 * noticed because nothing can be written to it: twice a second there is an empty comment in a
 * stream, or a space before the JSON text.
 *
 * @param <T> class of the result
 */
final class Work<T> implements AutoCloseable {
  private static final long PING_MILLIS = 500;

  private final Future<T> future;
  private final Metrics metrics;

  Work(Future<T> future, Metrics metrics) {
    this.future = future;
    this.metrics = metrics;
  }

  /** Sends something that clients overlook. */
  interface Ping {
    void send() throws IOException;
  }

  /**
   * Waits for the result.
   *
   * @throws ApiException if the work failed
   * @throws IOException if the client is gone
   */
  T await(Ping ping) throws IOException {
    while (true) {
      try {
        return future.get(PING_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        ping.send();
      } catch (ExecutionException | InterruptedException | CancellationException e) {
        throw ApiException.of(e, "computing");
      }
    }
  }

  @Override
  public void close() {
    boolean ended = future.isDone() && !future.isCancelled();
    if (!ended) {
      future.cancel(true);
      metrics.cancelled();
    }
  }

  /**
   * Answers with the result as JSON; with the error in its place, if the answer had begun when the
   * work failed.
   *
   * @throws ApiException if the work failed before
   * @throws IOException if the client is gone
   */
  void answer(Answer answer, Function<T, ?> json) throws IOException {
    Text text = new Text(answer);
    try {
      text.end(json.apply(await(text::space)));
    } catch (RuntimeException e) {
      ApiException failure = ApiException.failed(e, "answering");
      if (text.out == null) {
        throw failure;
      }
      text.end(failure.body());
    }
  }

  /** A JSON text with spaces before it, if it takes a while. */
  private static final class Text {
    private static final byte[] SPACE = " ".getBytes(StandardCharsets.US_ASCII);

    private final Answer answer;
    private @Nullable OutputStream out;

    Text(Answer answer) {
      this.answer = answer;
    }

    void space() throws IOException {
      if (out == null) {
        out = answer.begin("application/json");
      }
      out.write(SPACE);
    }

    void end(Object value) throws IOException {
      if (out == null) {
        answer.send(200, value);
      } else {
        out.write(Json.write(value).getBytes(StandardCharsets.UTF_8));
        out.close();
      }
    }
  }
}
