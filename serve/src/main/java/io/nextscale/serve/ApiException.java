package io.nextscale.serve;

import io.nextscale.var.check.Shown;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A request that gets an error in the shape of OpenAI's. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Logger LOGGER = System.getLogger("io.nextscale.serve");

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
   * The error of work that did not come to its end; one of the server's own is logged.
   *
   * @param work in words, for the log
   */
  static ApiException of(Exception e, String work) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return switch (cause) {
      case RejectedExecutionException full -> busy(String.valueOf(full.getMessage()));
      case IllegalArgumentException wrong -> invalid("request", String.valueOf(wrong.getMessage()));
      case CancellationException cancelled -> stopped();
      case InterruptedException interrupted -> stopped();
      default -> failed(cause, work);
    };
  }

  /** Status 500: the server fails, and logs why; an error in this form stays as it is. */
  static ApiException failed(Throwable cause, String work) {
    if (cause instanceof ApiException own) {
      return own;
    }
    LOGGER.log(Level.ERROR, "failed: " + work, cause);
    return new ApiException(500, null, "failed", "the server failed; its log says why");
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
