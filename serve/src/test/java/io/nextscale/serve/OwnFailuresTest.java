package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures that are not the client's fault, and files that are no images. */
class OwnFailuresTest {
  @TempDir Path folder;

  /** Work that is not done when it is asked for the first time. */
  private static final class Late<T> extends CompletableFuture<T> {
    private boolean asked;

    @Override
    public T get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      if (!asked) {
        asked = true;
        throw new TimeoutException();
      }
      return super.get(timeout, unit);
    }
  }

  /** Something that answers. */
  private interface Handler {
    void handle(Answer answer) throws IOException;
  }

  private static HttpResponse<String> answered(Handler handler)
      throws IOException, InterruptedException {
    BodyBudget bodies = new BodyBudget(0);
    Stalls stalls = new Stalls(Duration.ofSeconds(10), new Metrics(bodies));
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(loopback, 0);
    server.createContext(
        "/",
        exchange -> {
          try (Answer answer = new Answer(exchange, stalls, bodies)) {
            handler.handle(answer);
          }
        });
    server.start();
    try {
      URI uri = URI.create("http://127.0.0.1:%s/".formatted(server.getAddress().getPort()));
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } finally {
      server.stop(0);
    }
  }

  private static <T> HttpResponse<String> answer(Future<T> future, Function<T, ?> json)
      throws IOException, InterruptedException {
    return answered(
        answer -> {
          try (Work<T> work = new Work<>(future, new Metrics(new BodyBudget(0)))) {
            work.answer(answer, json);
          }
        });
  }

  @Test
  void aFailureAfterTheAnswerBeganIsInItsPlace() throws IOException, InterruptedException {
    Late<String> failing = new Late<>();
    failing.completeExceptionally(new IllegalStateException("a secret"));
    HttpResponse<String> failed = answer(failing, value -> value);
    assertThat(failed.body()).startsWith(" ").doesNotContain("a secret");
    assertThat(at(failed.body(), "error", "code")).isEqualTo("failed");
    Late<String> done = new Late<>();
    done.complete("done");
    HttpResponse<String> unwritten =
        answer(
            done,
            value -> {
              throw new IllegalStateException(value);
            });
    assertThat(at(unwritten.body(), "error", "code")).isEqualTo("failed");
  }

  /** A listener may send a preview while the failure is being sent. */
  @Test
  void anErrorIsTheLastEventOfAStream() throws IOException, InterruptedException {
    CompletableFuture<Throwable> late = new CompletableFuture<>();
    HttpResponse<String> response =
        answered(
            answer -> {
              try (EventStream stream = new EventStream(answer)) {
                stream.send("image_edit.partial_image", Map.of("partial_image_index", 0));
                stream.fail(ApiException.stopped());
                late.complete(catchThrowable(() -> stream.send("late", Map.of())));
              }
            });
    assertThat(response.body())
        .isEqualTo(
            """
            event: image_edit.partial_image
            data: {"type":"image_edit.partial_image","partial_image_index":0}

            event: error
            data: {"type":"error","error":{"message":"the server stops","type":"server_error",\
            "param":null,"code":"stopped"}}

            """);
    assertThat(late.join()).isInstanceOf(IOException.class);
  }

  @Test
  void aStreamThatFailsBeforeItsFirstEventIsAnError() throws IOException, InterruptedException {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    HttpResponse<String> response =
        answered(
            answer -> {
              try (EventStream stream = new EventStream(answer)) {
                failure.complete(catchThrowable(() -> stream.fail(ApiException.stopped())));
              }
              answer.send(503, Map.of());
            });
    assertThat(failure.join()).isInstanceOf(ApiException.class);
    assertThat(response.statusCode()).isEqualTo(503);
  }

  /** As in a container whose file system is read-only. */
  @Test
  void imagesAreEncodedWithoutTemporaryFiles() throws IOException {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    ImageIO.setCacheDirectory(cache.toFile());
    try {
      Files.delete(cache);
      assertThat(ImageFormat.png(new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB)))
          .isNotEmpty();
    } finally {
      ImageIO.setCacheDirectory(null);
    }
  }

  /** A BMP whose pixels begin before the file, on which ImageIO's reader fails. */
  @Test
  void aHeaderThatNoReaderUnderstandsIsTheClientsFault() throws IOException {
    byte[] bmp = encoded("bmp");
    bmp[13] = (byte) 147;
    assertThatThrownBy(() -> EditForm.decoded("image", bmp))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("image");
  }

  /** A TIFF may hold a JPEG of thousands of scans, each of which takes the time of an image. */
  @Test
  void onlyUsualFormatsAreTaken() throws IOException {
    for (String format : List.of("png", "jpeg", "gif", "bmp")) {
      assertThat(EditForm.decoded("image", encoded(format)).getWidth()).isEqualTo(8);
    }
    byte[] tiff = encoded("tiff");
    assertThatThrownBy(() -> EditForm.decoded("image", tiff))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("image is a TIFF image: expected a PNG");
  }

  private static byte[] encoded(String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), format, bytes);
    return bytes.toByteArray();
  }
}
