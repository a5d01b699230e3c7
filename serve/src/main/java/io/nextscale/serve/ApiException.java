package io.nextscale.serve;

import io.nextscale.var.check.Shown;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A request that gets an error in the shape of OpenAI's. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String param;
  private final @Nullable String code;

  ApiException(int status, @Nullable String param, @Nullable String code, String message) {
    super(Shown.message(message));
    this.status = status;
    this.param = param;
    this.code = code;
  }

  /** Status 400: a parameter is missing or wrong. */
  static ApiException invalid(String param, String message) {
    return new ApiException(400, param, "invalid_value", message);
  }

  /** Status 429: the queue is full. */
  static ApiException busy(String message) {
    return new ApiException(429, null, "queue_full", message);
  }

  /**
   * The error of work that did not come to its end.
   *
   * @throws IllegalStateException if nothing that a client may do is the cause
   */
  static ApiException of(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return switch (cause) {
      case ApiException own -> own;
      case RejectedExecutionException full -> busy(String.valueOf(full.getMessage()));
      case IllegalArgumentException wrong -> invalid("request", String.valueOf(wrong.getMessage()));
      case CancellationException cancelled -> stopped();
      case InterruptedException interrupted -> stopped();
      default -> throw new IllegalStateException(cause);
    };
  }

  /** Status 503: the server ends. */
  static ApiException stopped() {
    return new ApiException(503, null, "stopped", "the server stops");
  }

  int status() {
    return status;
  }

  /** The body of the answer. */
  Map<String, @Nullable Object> body() {
    Map<String, @Nullable Object> error = new LinkedHashMap<>();
    error.put("message", getMessage());
    error.put("type", type());
    error.put("param", param);
    error.put("code", code);
    return Map.of("error", error);
  }

  private String type() {
    return switch (status) {
      case 401, 403 -> "authentication_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
