package io.nextscale.serve;

import io.nextscale.var.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Server-sent events. Several threads may send; one event is never inside another. */
final class EventStream implements AutoCloseable {
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Answer answer;
  private final ReentrantLock lock = new ReentrantLock(); // a client may keep its holder waiting
  private @Nullable OutputStream out;
  private boolean closed;

  /** A stream that begins with its first event: until then the answer may be another. */
  EventStream(Answer answer) {
    this.answer = answer;
  }

  /** Sends an event; its type is also in its data. */
  void send(String type, Map<String, ?> values) throws IOException {
    write(event(type, values));
  }

  private static byte[] event(String type, Map<String, ?> values) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("type", type);
    data.putAll(values);
    return "event: %s\ndata: %s\n\n"
        .formatted(type, Json.write(data))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Sends a comment, which fails if the client is gone. */
  void ping() throws IOException {
    write(COMMENT);
  }

  /**
   * Sends an error as the last event.
   *
   * @throws ApiException the same error, if nothing was sent before
   */
  void fail(ApiException failure) throws IOException {
    lock.lock();
    try {
      if (out == null) {
        closed = true;
        throw failure;
      }
      write(event("error", failure.body()));
      closed = true; // a listener may still try to send a preview
    } finally {
      lock.unlock();
    }
  }

  private void write(byte[] bytes) throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the stream is closed");
      }
      if (out == null) {
        answer.setHeader("X-Accel-Buffering", "no");
        out = answer.begin("text/event-stream; charset=utf-8");
      }
      out.write(bytes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      if (out != null) {
        out.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
