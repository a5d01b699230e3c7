package io.nextscale.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.nextscale.var.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Closing it ends the exchange and gives back the body's memory. */
final class Answer implements AutoCloseable {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final int PIECE = 1 << 14;

  private final HttpExchange exchange;
  private final Stalls stalls;
  private final BodyBudget bodies;
  private long held;
  private int status;

  Answer(HttpExchange exchange, Stalls stalls, BodyBudget bodies) {
    this.exchange = exchange;
    this.stalls = stalls;
    this.bodies = bodies;
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
  }

  String method() {
    return exchange.getRequestMethod();
  }

  String path() {
    return exchange.getRequestURI().getPath();
  }

  @Nullable String query() {
    return exchange.getRequestURI().getRawQuery();
  }

  @Nullable String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  void setHeader(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
  }

  /** The status that was sent; 0 before. */
  int status() {
    return status;
  }

  /**
   * Reads the body, which the client must send in time.
   *
   * @throws ApiException with status 413 if it is longer than {@code most} bytes, 503 if the bodies
   *     of all requests would be too long
   */
  byte[] body(int most) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    AtomicReference<@Nullable ApiException> refusal = new AtomicReference<>();
    stalls.run(() -> refusal.set(read(body, most)));
    ApiException refused = refusal.get();
    if (refused != null) {
      setHeader("Connection", "close");
      throw refused;
    }
    return body.toByteArray();
  }

  /** Reads the body up to its end, or up to where it must be refused. */
  private @Nullable ApiException read(ByteArrayOutputStream body, int most) throws IOException {
    InputStream in = exchange.getRequestBody();
    byte[] piece = new byte[PIECE];
    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
      if (body.size() + n > most) {
        skip(in, most);
        return new ApiException(
            413, "body", "too_large", "the body is longer than %s bytes".formatted(most));
      }
      if (!bodies.take(n)) {
        skip(in, most);
        return new ApiException(
            503, null, "overloaded", "the server holds as many request bodies as it may");
      }
      held += n;
      body.write(piece, 0, n);
    }
    return null;
  }

  /** Reads on for a while: a client that still sends would not see the answer. */
  private void skip(InputStream in, long most) throws IOException {
    giveBack();
    byte[] piece = new byte[PIECE];
    for (long read = 0; read < most; ) {
      int n = in.read(piece);
      if (n < 0) {
        break;
      }
      read += n;
    }
  }

  private void giveBack() {
    bodies.giveBack(held);
    held = 0;
  }

  /** Sends a body whole. */
  void send(int code, String type, byte[] body) throws IOException {
    status = code;
    setHeader("Content-Type", type);
    boolean head = method().equals("HEAD");
    boolean empty = head || body.length == 0;
    stalls.run(() -> exchange.sendResponseHeaders(code, empty ? -1 : body.length));
    if (!empty) {
      try (OutputStream out = new Body(exchange.getResponseBody())) {
        out.write(body);
      }
    }
  }

  /** Sends a JSON value. */
  void send(int code, @Nullable Object value) throws IOException {
    send(code, "application/json", Json.write(value).getBytes(StandardCharsets.UTF_8));
  }

  /** Begins a body that is sent in parts. */
  OutputStream begin(String type) throws IOException {
    status = 200;
    setHeader("Content-Type", type);
    stalls.run(() -> exchange.sendResponseHeaders(200, 0));
    return new Body(exchange.getResponseBody());
  }

  @Override
  public void close() throws IOException {
    giveBack();
    stalls.run(exchange::close);
  }

  /** The answer's body, in pieces, each of which the client must take in time. */
  private final class Body extends OutputStream {
    private final OutputStream out;

    Body(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      for (int done = 0; done < length; done += PIECE) {
        int start = from + done;
        int count = Math.min(PIECE, length - done);
        stalls.run(
            () -> {
              out.write(bytes, start, count);
              out.flush();
            });
      }
    }

    @Override
    public void close() throws IOException {
      stalls.run(out::close);
    }
  }
}
