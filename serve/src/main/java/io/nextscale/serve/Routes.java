package io.nextscale.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.nextscale.var.edit.ImageEdit;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Leads each request to what answers it, and makes each failure an answer. */
final class Routes implements HttpHandler {
  private static final Logger LOGGER = System.getLogger("io.nextscale.serve");
  private static final int JSON_BYTES = 1 << 20;
  static final int FORM_BYTES = 32 << 20;

  /** Endpoints that answer however many requests are at work, and take no place of others. */
  private static final Set<String> REPORTS = Set.of("/health", "/metrics");

  private static final int RETRY_SECONDS = 2;
  private static final int POLL_MILLIS = 10;

  private final CompletableFuture<List<ServedModel>> models;
  private final Access access;
  private final Metrics metrics;
  private final BodyBudget bodies;
  private final Stalls stalls;
  private final Page page = new Page();
  private final int mostRequests;
  private final AtomicInteger places = new AtomicInteger(); // that are taken
  private volatile boolean stopping;

  Routes(
      CompletableFuture<List<ServedModel>> models,
      ServerOptions options,
      Metrics metrics,
      BodyBudget bodies) {
    this.models = models;
    this.access = new Access(options);
    this.metrics = metrics;
    this.bodies = bodies;
    this.stalls = new Stalls(options.patience(), metrics);
    this.mostRequests = options.requests();
  }

  /** Refuses what comes from now on. */
  void stop() {
    stopping = true;
  }

  /** Waits until no request is at work. */
  void awaitEnd(Duration wait) {
    long start = System.nanoTime();
    long longest = TimeUnit.NANOSECONDS.convert(wait); // at most the greatest number
    try {
      while (metrics.isBusy() && System.nanoTime() - start < longest) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void handle(HttpExchange exchange) {
    metrics.begun();
    boolean report = REPORTS.contains(Objects.toString(exchange.getRequestURI().getPath()));
    int taken = report ? 0 : places.incrementAndGet();
    try {
      handle(exchange, taken);
    } finally {
      places.addAndGet(report ? 0 : -1);
      metrics.ended();
    }
  }

  private void handle(HttpExchange exchange, int taken) {
    String endpoint = "other";
    try (Answer answer = new Answer(exchange, stalls, bodies)) {
      try {
        endpoint = endpoint(answer);
        if (stopping) {
          answer.setHeader("Connection", "close");
          throw ApiException.stopped();
        }
        if (taken > mostRequests) {
          throw ApiException.busy("more than %s requests at once".formatted(mostRequests));
        }
        access.requireOwnSite(answer);
        route(answer, endpoint);
      } catch (ApiException e) {
        send(answer, e);
      } catch (RejectedExecutionException e) {
        send(answer, ApiException.busy(String.valueOf(e.getMessage())));
      } catch (RuntimeException | Error e) {
        send(answer, ApiException.failed(e, endpoint));
      } finally {
        metrics.answered(endpoint, answer.status());
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
  }

  private static void send(Answer answer, ApiException e) throws IOException {
    if (answer.status() != 0) {
      throw new IOException("the answer had begun", e);
    }
    if (e.status() == 429 || e.status() == 503) {
      answer.setHeader("Retry-After", Integer.toString(RETRY_SECONDS));
    }
    answer.send(e.status(), e.body());
  }

  /** The endpoint's name in the metrics; all files of the page are one. */
  private String endpoint(Answer answer) {
    String path = answer.path();
    return switch (path) {
      case "/v1/images/generations",
          "/v1/images/edits",
          "/v1/models",
          "/health",
          "/metrics",
          "/nextscale/tokenize",
          "/nextscale/influence",
          "/nextscale/animation" ->
          path;
      default -> page.find(path).isPresent() ? "page" : "other";
    };
  }

  private void route(Answer answer, String endpoint) throws IOException {
    switch (endpoint) {
      case "page" -> {
        requireMethod(answer, "GET");
        Page.File file = page.find(answer.path()).orElseThrow();
        answer.setHeader("Cache-Control", "no-cache");
        answer.send(200, file.type(), file.content());
      }
      case "/health" -> {
        requireMethod(answer, "GET");
        answer.send(
            200,
            models.isDone()
                ? Map.of("status", "ok", "models", names())
                : Map.of("status", "loading", "models", List.of()));
      }
      case "other" ->
          throw new ApiException(404, null, "not_found", "no such endpoint: " + answer.path());
      default -> {
        access.requireToken(answer);
        routeApi(answer, endpoint);
      }
    }
  }

  private void routeApi(Answer answer, String endpoint) throws IOException {
    switch (endpoint) {
      case "/v1/models" -> {
        requireMethod(answer, "GET");
        List<?> list = models().stream().map(ServedModel::description).toList();
        answer.send(200, Map.of("object", "list", "data", list));
      }
      case "/metrics" -> {
        requireMethod(answer, "GET");
        byte[] text = metrics.text().getBytes(StandardCharsets.UTF_8);
        answer.send(200, "text/plain; version=0.0.4; charset=utf-8", text);
      }
      case "/v1/images/generations" -> {
        Fields fields = json(answer);
        model(fields).generations().answer(answer, fields, Optional.empty(), "image_generation");
      }
      case "/nextscale/influence" -> {
        Fields fields = json(answer);
        send(answer, model(fields).views().influence(fields));
      }
      case "/nextscale/animation" -> {
        Fields fields = json(answer);
        send(answer, model(fields).views().animation(fields));
      }
      case "/nextscale/tokenize" -> {
        Multipart form = form(answer);
        byte[] image = form.file("image").orElseThrow(() -> EditForm.missing("image"));
        ServedModel model = model(form.fields().addQuery(answer.query()));
        send(answer, model.views().scales(EditForm.decoded("image", image)));
      }
      default -> {
        Multipart form = form(answer);
        Fields fields = form.fields().addQuery(answer.query());
        ImageEdit edit = ImageRequest.checked("image", new EditForm(form, fields)::edit);
        model(fields).generations().answer(answer, fields, Optional.of(edit), "image_edit");
      }
    }
  }

  private void send(Answer answer, Future<?> view) throws IOException {
    try (Work<?> work = new Work<>(view, metrics)) {
      work.answer(answer, value -> value);
    }
  }

  private Fields json(Answer answer) throws IOException {
    requireMethod(answer, "POST");
    if (Multipart.isForm(answer.header("Content-Type"))) {
      throw new ApiException(415, null, "content_type", "expected Content-Type: application/json");
    }
    return Fields.ofJson(answer.body(JSON_BYTES)).addQuery(answer.query());
  }

  private Multipart form(Answer answer) throws IOException {
    requireMethod(answer, "POST");
    String type = answer.header("Content-Type");
    if (type == null || !Multipart.isForm(type)) {
      throw new ApiException(
          415, null, "content_type", "expected Content-Type: multipart/form-data");
    }
    return Multipart.parse(type, answer.body(FORM_BYTES));
  }

  private static void requireMethod(Answer answer, String method) {
    boolean head = method.equals("GET") && answer.method().equals("HEAD");
    if (!answer.method().equals(method) && !head) {
      answer.setHeader("Allow", method.equals("GET") ? "GET, HEAD" : method);
      throw new ApiException(
          405,
          null,
          "method",
          "%s %s: expected %s".formatted(answer.method(), answer.path(), method));
    }
  }

  /** The model that a request names; OpenAI's own names and none mean the first. */
  private ServedModel model(Fields fields) {
    String name = fields.text("model").orElse("");
    String lower = name.toLowerCase(Locale.ROOT);
    if (name.isEmpty() || lower.startsWith("dall-e") || lower.startsWith("gpt-image")) {
      return models().getFirst();
    }
    return models().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ApiException(
                    404,
                    "model",
                    "model_not_found",
                    "model %s: expected one of %s".formatted(name, names())));
  }

  /** The models; waits while they are being loaded. */
  private List<ServedModel> models() {
    try {
      return models.join();
    } catch (CancellationException | CompletionException e) {
      throw new ApiException(503, "model", "not_loaded", "the models could not be loaded");
    }
  }

  private List<String> names() {
    return models().stream().map(ServedModel::name).toList();
  }
}
