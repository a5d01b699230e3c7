package io.nextscale.serve;

import com.sun.net.httpserver.HttpServer;
import io.nextscale.var.ImageGenerator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A server over HTTP: OpenAI's image endpoints, and a page on which images grow scale by scale.
 *
 * <pre>{@code
 * try (ImageGenerator generator = ImageGenerator.load(DemoModel.source());
 *     ImageServer server = ImageServer.start(ServerOptions.local(), List.of(generator))) {
 *   System.out.println(server.uri());
 *   …
 * }
 * }</pre>
 *
 * <p>Each request has a virtual thread; the generators compute on the library's own thread. How
 * many generations wait is up to {@code LoadOptions.withMaxCalls}; beyond that requests get status
 * 429. The generators are the caller's, who closes them after the server.
 */
public final class ImageServer implements AutoCloseable {
  private static final int BACKLOG = 256;

  /** Request bodies of all requests at once: four of the longest. */
  private static final long BODY_BYTES = 4L * Routes.FORM_BYTES;

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

  private final HttpServer server;
  private final ExecutorService threads;
  private final Routes routes;
  private final String host;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ImageServer(HttpServer server, ExecutorService threads, Routes routes, String host) {
    this.server = server;
    this.threads = threads;
    this.routes = routes;
    this.host = host;
  }

  /**
   * Starts a server.
   *
   * @param generators the models, at least one; the first answers requests that name none
   * @throws IllegalArgumentException if there is none, or two have one name
   * @throws IOException if the port is taken or may not be used
   */
  public static ImageServer start(ServerOptions options, List<ImageGenerator> generators)
      throws IOException {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(generators, "generators");
    requireNames(generators);
    return start(options, CompletableFuture.completedFuture(generators));
  }

  /** Checks that requests can name each model. */
  private static void requireNames(List<ImageGenerator> generators) {
    List<String> names = generators.stream().map(each -> each.spec().name()).toList();
    if (names.isEmpty() || Set.copyOf(names).size() < names.size()) {
      throw new IllegalArgumentException(
          "generators of the models %s: expected at least one, each of another name"
              .formatted(names));
    }
  }

  /**
   * Starts a server whose models are still being loaded: the page and {@code /health} answer at
   * once, requests that need a model wait.
   *
   * @param generators as above, once they are loaded
   * @throws IOException if the port is taken or may not be used
   */
  public static ImageServer start(
      ServerOptions options, CompletableFuture<List<ImageGenerator>> generators)
      throws IOException {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(generators, "generators");
    BodyBudget bodies = new BodyBudget(BODY_BYTES);
    Metrics metrics = new Metrics(bodies);
    long created = Instant.now().getEpochSecond();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    CompletableFuture<List<ServedModel>> models =
        generators.thenApply(
            all ->
                all.stream().map(each -> ServedModel.of(each, metrics, threads, created)).toList());
    Routes routes = new Routes(models, options, metrics, bodies);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(options.address(), options.port()), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", routes);
    server.start();
    return new ImageServer(server, threads, routes, options.authority());
  }

  /** The address, such as {@code http://127.0.0.1:8080}. */
  public URI uri() {
    return URI.create("http://%s:%s".formatted(host, server.getAddress().getPort()));
  }

  /**
   * Takes no more requests and waits for those that are being answered; the rest is cut off when
   * the time is over. A closed server stays as it is.
   */
  public void close(Duration wait) {
    if (closed.getAndSet(true)) {
      return;
    }
    routes.stop();
    routes.awaitEnd(wait);
    server.stop(0); // a wait of its own would be the whole time, on some JDKs also when idle
    threads.shutdownNow();
  }

  /** Closes and waits 30 seconds at most. */
  @Override
  public void close() {
    close(CLOSE_WAIT);
  }
}
