package consumer;

import io.nextscale.var.Cancellation;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ScaleEvent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import javax.imageio.ImageIO;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Images as PNG, or scale by scale as server-sent events. */
@RestController
class Images {
  private final ImageGenerator generator;

  Images(ImageGenerator generator) {
    this.generator = generator;
  }

  @GetMapping("/ping")
  String ping() {
    return Thread.currentThread().isVirtual() ? "virtual" : "platform";
  }

  /** Resident memory of this process, in bytes. */
  @GetMapping("/resident")
  long resident() throws IOException {
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
  }

  @GetMapping(path = "/image", produces = MediaType.IMAGE_PNG_VALUE)
  byte[] image(@RequestParam("of") String what, @RequestParam("seed") long seed) {
    GenerationRequest request = GenerationRequest.of(what).seed(seed).build();
    return png(generator.generate(request).images().getFirst().toBufferedImage());
  }

  /** Streams a preview after each scale; a client that reads slowly makes the listener wait. */
  @GetMapping("/stream")
  SseEmitter stream(@RequestParam("of") String what, @RequestParam("seed") long seed) {
    SseEmitter events = new SseEmitter(60_000L);
    Cancellation gone = new Cancellation();
    GenerationRequest request =
        GenerationRequest.of(what)
            .seed(seed)
            .cancellation(gone)
            .onScale(event -> send(events, event, gone))
            .build();
    CompletableFuture<?> result =
        generator
            .generateAsync(request)
            .whenComplete(
                (images, failure) -> {
                  if (failure == null || gone.isCancelled()) {
                    events.complete();
                  } else {
                    events.completeWithError(failure);
                  }
                });
    events.onTimeout(() -> result.cancel(false));
    events.onError(failure -> result.cancel(false));
    return events;
  }

  private static void send(SseEmitter events, ScaleEvent event, Cancellation gone) {
    try {
      String preview = Base64.getEncoder().encodeToString(png(event.preview().getFirst()));
      events.send(SseEmitter.event().name("scale").id("" + event.index()).data(preview));
    } catch (IOException | IllegalStateException hungUp) {
      gone.cancel();
    }
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
  String tooMany(RejectedExecutionException refusal) {
    return refusal.getMessage();
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
