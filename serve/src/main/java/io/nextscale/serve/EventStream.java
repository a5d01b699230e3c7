package io.nextscale.serve;

import io.nextscale.var.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Server-sent events. Several threads may send; one event is never inside another. */
final class EventStream implements AutoCloseable {
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;

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

  private synchronized void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
