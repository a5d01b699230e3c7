package io.nextscale.cli.command;

import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.models.DemoModel;
import io.nextscale.serve.ImageServer;
import io.nextscale.serve.ServerOptions;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.OpenModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale serve}: a local server with a page. */
@Command(
    description = {
      "Starts a server for this machine: a page on which images grow scale by scale, and OpenAI's"
          + " image endpoints under /v1. It prints its address when it answers, and ends with"
          + " Ctrl-C after the requests that it has begun.",
      "Without --model it offers both embedded demo models."
    },
    footer = {
      "",
      "Example:  nextscale serve --port 8080",
      "Then:",
      "  curl http://127.0.0.1:8080/v1/images/generations -d '{\"prompt\": \"cat\"}'"
    })
public final class ServeCommand implements Runnable {
  /** JDK's server gives up a request whose text takes longer than this many seconds. */
  private static final String REQUEST_SECONDS = "60";

  /** It gives up an answer that a client takes longer to read, generation included. */
  private static final String ANSWER_SECONDS = "1800";

  private static final int PLACES_BESIDE_QUEUE = 64;

  private static final int SECONDS_AFTER_GRACE = 10;

  private final Console console;
  private final CountDownLatch ended = new CountDownLatch(1);

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port; 0 chooses a free one (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "Name or address to listen on; one that other machines reach needs --token (default:"
              + " ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Text that requests must bring as \"Authorization: Bearer TOKEN\". Better in the"
              + " environment, as NEXTSCALE_TOKEN, where other users do not see it.")
  private @Nullable String token = System.getenv("NEXTSCALE_TOKEN");

  @Option(
      names = "--origin",
      paramLabel = "URL",
      description =
          "Address of the page behind a proxy, as a browser shows it: https://images.example. May"
              + " be given several times.")
  private Set<String> origins = Set.of();

  @Option(
      names = "--queue",
      paramLabel = "N",
      description =
          "Generations of each model at work or waiting; more get status 429 (default:"
              + " ${DEFAULT-VALUE}).")
  private int queue = 32;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      description = "Time for running requests when the server ends (default: ${DEFAULT-VALUE}).")
  private int grace = 30;

  @Mixin private ModelOptions model = ModelOptions.ofGeneration(DemoModel.VAR);

  /** A command that prints to a console. */
  public ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    model.check();
    ServerOptions options = options();
    System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
    System.setProperty("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(this::awaitEnd, "nextscale-grace"));
    } catch (IllegalStateException e) {
      return; // the process was told to end before it served
    }
    List<ModelOptions> chosen = model.isDefault() ? bothDemos() : List.of(model);
    List<OpenModel> opened = new ArrayList<>();
    try {
      serve(options, chosen, opened);
    } finally {
      opened.forEach(OpenModel::close);
      ended.countDown();
    }
  }

  /** Keeps a process that was told to end alive while the server finishes its requests. */
  private void awaitEnd() {
    try {
      boolean inTime = ended.await(grace + SECONDS_AFTER_GRACE, TimeUnit.SECONDS);
      if (!inTime) {
        console.fail("the server did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ServerOptions options() {
    if (queue < 1) {
      throw CommandException.usage("--queue %s: expected at least 1".formatted(queue));
    }
    if (grace < 0) {
      throw CommandException.usage("--grace %s: expected at least 0".formatted(grace));
    }
    try {
      String secret = token == null || token.isEmpty() ? null : token;
      int requests = queue + PLACES_BESIDE_QUEUE;
      Duration patience = ServerOptions.local().patience();
      return new ServerOptions(host, port, secret, requests, patience, origins);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--%s".formatted(e.getMessage()));
    }
  }

  private List<ModelOptions> bothDemos() {
    return List.of(model, model.withDemo(DemoModel.FLEXVAR));
  }

  private void serve(ServerOptions options, List<ModelOptions> chosen, List<OpenModel> opened) {
    List<ImageGenerator> generators = new ArrayList<>();
    CompletableFuture<List<ImageGenerator>> loaded = new CompletableFuture<>();
    try (ImageServer server = ImageServer.start(options, loaded)) {
      try {
        chosen.forEach(each -> opened.add(each.open())); // before the address is printed
        console.print(server.uri());
        console.out().flush();
        for (int i = 0; i < chosen.size(); i++) {
          generators.add(chosen.get(i).load(opened.get(i), queue));
        }
        loaded.complete(generators);
        new CountDownLatch(1).await(); // until the process is told to end
      } catch (InterruptedException e) {
        server.close(Duration.ofSeconds(grace));
      } finally {
        loaded.cancel(false); // if a model could not be loaded
        server.close(Duration.ZERO);
        generators.forEach(generator -> generator.close(Duration.ofSeconds(1)));
      }
    } catch (IOException e) {
      throw new CommandException(
          "cannot listen on %s:%s: %s (--port chooses another port)"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }
}
