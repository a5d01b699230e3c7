package io.nextscale.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.Torch;
import io.nextscale.var.ImageGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real Chromium. {@code -Dnextscale.screenshots=FOLDER} writes what it looks like.
 */
class PageTest {
  @TempDir Path folder;

  @Test
  void imagesGrowAndAreEdited() throws IOException, InterruptedException {
    if (!Files.isExecutable(Browser.PROGRAM)) {
      System.out.println("  PageTest: no Chromium here, the page is NOT tested");
    }
    assumeTrue(Files.isExecutable(Browser.PROGRAM), "Chromium is missing");
    try (ImageGenerator var = ImageGenerator.load(DemoModel.source());
        ImageGenerator flexvar = ImageGenerator.load(DemoModel.source(DemoModel.FLEXVAR));
        ImageServer server = ImageServer.start(ServerOptions.local(), List.of(var, flexvar));
        Browser browser = new Browser(Files.createDirectory(folder.resolve("profile")))) {
      browser.view(1280, 1000, false);
      browser.open(server.uri());
      browser.await("document.querySelectorAll('#classes [role=option]').length === 17");
      generates(browser);
      screenshots(browser, "page");
      downloadsAnAnimation(browser);
      showsWhatATokenMoves(browser);
      paintsInside(browser);
      survivesReload(browser);
      refines(browser);
      assertThat(browser.problems()).isEmpty();
      assertThat(browser.requests())
          .allMatch(
              url ->
                  url.startsWith(server.uri() + "/")
                      || url.startsWith("data:")
                      || url.startsWith("blob:"));
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  private static void generates(Browser browser) throws InterruptedException {
    browser.value(
        """
        window.seen = [];
        new MutationObserver(() => seen.push(document.querySelectorAll('#strip li').length))
            .observe(document.getElementById('strip'), {childList: true});
        const search = document.getElementById('search');
        search.value = 'cat';
        search.dispatchEvent(new Event('input'));
        document.querySelector('#classes [role=option]').click();
        search.value = '';
        search.dispatchEvent(new Event('input'));
        document.getElementById('generate').click();
        """);
    done(browser);
    List<Long> seen =
        ((List<?>) browser.value("seen.filter((n) => n > 0)"))
            .stream().map(Long.class::cast).toList();
    assertThat(seen).hasSizeGreaterThanOrEqualTo(3).isSorted();
    assertThat(browser.value("document.querySelectorAll('#strip li').length")).isEqualTo(6L);
    assertThat(browser.value("document.getElementById('facts').textContent").toString())
        .contains("cat face", "seed 1", "64 × 64");
  }

  /** With the keyboard alone. */
  private void downloadsAnAnimation(Browser browser) throws IOException, InterruptedException {
    Path downloads = Files.createDirectory(folder.resolve("downloads"));
    browser.call(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", downloads.toString()));
    browser.value("document.getElementById('download').focus()");
    browser.press("Tab");
    assertThat(browser.value("document.activeElement.id")).isEqualTo("gif");
    browser.press("Enter");
    Path file = downloads.resolve("cat-face-1.gif");
    ServedDemo.await("the animation downloaded", () -> Files.exists(file));
    assertThat(frames(file)).isEqualTo(6);
  }

  private static int frames(Path gif) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(gif.toFile())) {
      reader.setInput(in);
      return reader.getNumImages(true);
    } finally {
      reader.dispose();
    }
  }

  private static void done(Browser browser) throws InterruptedException {
    browser.await("document.getElementById('state').textContent.startsWith('Done')");
  }

  private static void showsWhatATokenMoves(Browser browser) throws InterruptedException {
    String cell = "document.querySelectorAll('#strip li')[2].querySelectorAll('button')[4]";
    browser.value(cell + ".dispatchEvent(new PointerEvent('pointerenter'))");
    browser.await("!document.getElementById('influence').hidden");
    browser.value(cell + ".closest('.frame').dispatchEvent(new PointerEvent('pointerleave'))");
    browser.await("document.getElementById('influence').hidden");
  }

  private static void paintsInside(Browser browser) throws InterruptedException {
    String pixels =
        "[...document.getElementById('canvas').getContext('2d').getImageData(0, 0, 64, 64).data]";
    browser.value(
        "window.before = "
            + pixels
            + "; document.getElementById('seed').value = 12;"
            + "document.querySelector('#classes [data-name=\"country flag\"]').click()");
    Map<?, ?> box =
        (Map<?, ?>)
            browser.value(
                "(({x, y, width, height}) => ({x: Math.round(x), y: Math.round(y),"
                    + " side: Math.round(width)}))"
                    + "(document.getElementById('mask').getBoundingClientRect())");
    int x = ((Long) box.get("x")).intValue();
    int y = ((Long) box.get("y")).intValue();
    int side = ((Long) box.get("side")).intValue();
    int right = x + side * 3 / 4;
    browser.value("document.getElementById('brush').value = 20");
    browser.drag(right, y + side / 4, right, y + side / 2, right, y + side * 3 / 4);
    browser.await("!document.getElementById('inpaint').disabled");
    browser.value("document.getElementById('state').textContent = ''");
    browser.value("document.getElementById('inpaint').click()");
    done(browser);
    String change =
        "(() => { const after = "
            + pixels
            + "; let sum = 0, n = 0; for (let i = 0; i < after.length; i++) {"
            + " const x = (i >> 2) %% 64; if (x >= %s && x < %s)"
            + " { sum += Math.abs(after[i] - before[i]); n++; } } return sum / n; })()";
    double outside = ((Number) browser.value(change.formatted(0, 24))).doubleValue();
    double inside = ((Number) browser.value(change.formatted(44, 52))).doubleValue();
    assertThat(outside).as("change where nothing was painted, of 255").isLessThan(6);
    assertThat(inside).as("change inside the mask").isGreaterThan(3 * outside);
  }

  private static void survivesReload(Browser browser) throws InterruptedException {
    browser.value("window.old = true; location.reload()");
    browser.await("!window.old && document.querySelectorAll('#history button').length === 2");
    browser.value("document.querySelectorAll('#history button')[1].click()");
    browser.await("document.getElementById('facts').textContent.includes('cat face')");
    browser.await("!document.getElementById('again').hidden");
    browser.value("document.getElementById('again').click()");
    done(browser);
  }

  private void refines(Browser browser) throws IOException, InterruptedException {
    browser.value(
        """
        const model = document.getElementById('model');
        model.value = 'emoji-flexvar';
        model.dispatchEvent(new Event('change'));
        document.getElementById('width').value = 128;
        document.getElementById('height').value = 128;
        document.getElementById('state').textContent = '';
        document.getElementById('refine').click();
        """);
    done(browser);
    assertThat(browser.value("document.getElementById('canvas').width")).isEqualTo(128L);
    screenshots(browser, "flexvar");
  }

  private static void screenshots(Browser browser, String name)
      throws IOException, InterruptedException {
    String target = System.getProperty("nextscale.screenshots");
    if (target == null) {
      return;
    }
    Path to = Files.createDirectories(Path.of(target));
    for (int width : new int[] {1280, 390}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.view(width, width == 390 ? 844 : 1000, dark);
        Thread.sleep(300);
        browser.screenshot(
            to.resolve("%s-%s-%s.png".formatted(name, width, dark ? "dark" : "light")));
      }
    }
    browser.view(1280, 1000, false);
  }
}
