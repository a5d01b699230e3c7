package io.nextscale.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One request and its answer. */
final class Answer {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final HttpExchange exchange;
  private int status;

  Answer(HttpExchange exchange) {
    this.exchange = exchange;
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
   * Reads the body.
   *
   * @throws ApiException with status 413 if it is longer than {@code most} bytes
   */
  byte[] body(int most) throws IOException {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(most + 1);
    if (body.length > most) {
      setHeader("Connection", "close");
      throw new ApiException(
          413, "body", "too_large", "the body is longer than %s bytes".formatted(most));
    }
    return body;
  }

  /** Sends a body whole. */
  void send(int code, String type, byte[] body) throws IOException {
    status = code;
    setHeader("Content-Type", type);
    boolean head = method().equals("HEAD");
    exchange.sendResponseHeaders(code, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
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
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }
}
