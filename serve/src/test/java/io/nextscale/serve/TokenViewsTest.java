package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static io.nextscale.serve.ServedDemo.at;
import static io.nextscale.serve.ServedDemo.await;
import static io.nextscale.serve.ServedDemo.image;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Torch;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.TokenNoise;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;

/** The views of tokens for the page. */
class TokenViewsTest {
  private static final String TOKENIZE = "/nextscale/tokenize";
  private static final String INFLUENCE = "/nextscale/influence";
  private static final String ANIMATION = "/nextscale/animation";
  private static final String BIRD = "{\"prompt\":\"bird\",\"seed\":1}";

  /** The fields {@code scales} and {@code tokens} of an answer, as a request for a view. */
  private static String tokens(HttpResponse<String> response) {
    return "{\"scales\":\"%s\",\"tokens\":%s,\"place\":3}"
        .formatted(
            at(response.body(), "data", 0, "nextscale", "scales"),
            at(response.body(), "data", 0, "nextscale", "tokens"));
  }

  @Test
  void anAnimationHasAFrameForEachScale() throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 4)) {
      HttpResponse<String> generated = demo.post(GENERATIONS, BIRD);
      HttpResponse<String> animation = demo.post(ANIMATION, tokens(generated));
      byte[] gif = Base64.getDecoder().decode((String) at(animation.body(), "image"));
      ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
      try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
        reader.setInput(in);
        assertThat(reader.getNumImages(true)).isEqualTo(6);
        BufferedImage last = ServedDemo.decoded(image(generated, 0));
        assertThat(Pixels.change(reader.read(5), last, 0, 64))
            .isLessThan(Pixels.change(reader.read(0), last, 0, 64) / 3);
      } finally {
        reader.dispose();
      }
    }
  }

  @Test
  void wrongTokensAreNamed() throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 4)) {
      for (String path : new String[] {INFLUENCE, ANIMATION}) {
        for (String wrong :
            new String[] {
              "{\"tokens\":[1]}",
              "{\"scales\":\"1,2\",\"tokens\":[1,2,3,4,5]}",
              tokens(demo.post(GENERATIONS, BIRD)).replaceFirst("\\[", "[-7, "),
              tokens(demo.post(GENERATIONS, BIRD)).replaceFirst("\\[\\d+", "[123456789")
            }) {
          HttpResponse<String> response = demo.post(path, wrong);
          assertThat(response.statusCode()).as(path + wrong).isEqualTo(400);
          assertThat((String) at(response.body(), "error", "param")).isIn("scales", "tokens");
        }
      }
    }
  }

  /** Noise that holds the thread that computes at the first token until it is released. */
  private static final class Holding implements TokenNoise {
    private final CountDownLatch released = new CountDownLatch(1);
    private final TokenNoise noise = new CounterNoise(new long[] {1});

    @Override
    public void exponentials(Use use, int image, int position, float[] row) {
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      noise.exponentials(use, image, position, row);
    }
  }

  @Test
  void clientsThatHangUpWaitForNoView() throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 64)) {
      HttpResponse<String> generated = demo.post(GENERATIONS, BIRD);
      byte[] png = image(generated, 0);
      long before = Torch.liveTensors();
      Holding holding = new Holding();
      CompletableFuture<GenerationResult> first =
          demo.generators
              .getFirst()
              .generateAsync(GenerationRequest.of("bird").noise(holding).build());
      try {
        hangUp(demo, TOKENIZE, ServedDemo.FORM, ServedDemo.formBody(Map.of("image", png)));
        byte[] tokens = tokens(generated).getBytes(StandardCharsets.UTF_8);
        hangUp(demo, INFLUENCE, "application/json", tokens);
        hangUp(demo, ANIMATION, "application/json", tokens);
        assertThat(first).isNotDone();
        assertThat(demo.metric("nextscale_cancelled_total")).isEqualTo(3);
      } finally {
        holding.released.countDown();
      }
      first.join();
      await("tensors freed", () -> Torch.liveTensors() == before);
      assertThat(demo.form(TOKENIZE, Map.of("image", png)).statusCode()).isEqualTo(200);
    }
  }

  /** Sends a request, ends as a process that is killed, and waits until the server has noticed. */
  private static void hangUp(ServedDemo demo, String path, String type, byte[] body)
      throws IOException, InterruptedException {
    try (Socket socket = new Socket("127.0.0.1", demo.port())) {
      socket
          .getOutputStream()
          .write(
              "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %s\r\n\r\n"
                  .formatted(path, type, body.length)
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      await("at work", () -> demo.figure("nextscale_active_requests") == 2);
      socket.setSoLinger(true, 0);
    }
    await("given up", () -> demo.figure("nextscale_active_requests") == 1);
  }
}
