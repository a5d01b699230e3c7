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

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock(); // a client may keep its holder waiting

  EventStream(Answer answer) throws IOException {
    answer.setHeader("X-Accel-Buffering", "no");
    out = answer.begin("text/event-stream; charset=utf-8");
  }

  /** Sends an event; its type is also in its data. */
  void send(String type, Map<String, ?> values) throws IOException {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("type", type);
    data.putAll(values);
    write(
        "event: %s\ndata: %s\n\n"
            .formatted(type, Json.write(data))
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a comment, which fails if the client is gone. */
  void ping() throws IOException {
    write(COMMENT);
  }

  private void write(byte[] bytes) throws IOException {
    lock.lock();
    try {
      out.write(bytes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
