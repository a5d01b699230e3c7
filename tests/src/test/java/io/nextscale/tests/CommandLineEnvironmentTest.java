package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.cli.Main;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands where the system is not as usual: locales, devices, links, names. */
class CommandLineEnvironmentTest {
  @TempDir Path folder;

  private CommandLineRun cli;

  @BeforeEach
  void start() {
    cli = new CommandLineRun(folder);
  }

  private static Set<Path> here() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(""))) {
      return all.collect(Collectors.toCollection(HashSet::new));
    }
  }

  private Path image() {
    Path image = folder.resolve("given.png");
    PngFile.write(image, new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), Map.of());
    return image;
  }

  @Test
  void namesAndFiguresAreAsciiInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    Path usual = folder.resolve("usual");
    Path arabic = folder.resolve("arabic");
    String line = "sample --class bird,heart --seed 12 --cfg 1.5 --out ";
    cli.succeeds(line + usual + " --preview " + usual);
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat("%d".formatted(12)).as("the locale has digits of its own").isEqualTo("١٢");
      cli.succeeds(line + arabic + " --preview " + arabic);
      assertThat(cli.out()).isASCII();
      for (String command :
          List.of(
              "inspect preset:flexvar-d16",
              "inspect " + arabic.resolve("image_001.png"),
              "doctor",
              "reconstruct --image " + image() + " --all-scales " + folder.resolve("steps"))) {
        cli.succeeds(command + (command.startsWith("reconstruct") ? out("r.png") : ""));
        assertThat(cli.out()).as(command).isASCII();
      }
      for (String wrong :
          List.of(
              "sample --class 77",
              "sample --class bird --top-k 99999",
              "sample --class bird --size 100",
              "sample --class bird --scales 1,2,3x4",
              "reconstruct --image " + image() + " --scales-used 77")) {
        assertThat(cli.run((Object[]) wrong.split(" "))).as(wrong).isEqualTo(1);
        assertThat(cli.err()).as(wrong).isASCII();
      }
    } finally {
      Locale.setDefault(before);
    }
    try (Stream<Path> all = Files.list(usual)) {
      for (Path file : all.toList()) {
        assertThat(arabic.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
  }

  private String out(String name) {
    return " --out " + folder.resolve(name);
  }

  @Test
  void aFullStdoutIsAnError() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    for (String line : List.of("--version", "inspect preset:var-d16", "sample --help")) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int code =
          Main.run(
              line.split(" "),
              new PrintStream(full, false, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8));
      assertThat(code).as(line).isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualToIgnoringNewLines(
              "nextscale: standard output cannot be written: it is closed, or its device is full");
    }
  }

  @Test
  void reconstructWithASheetWritesNothingElse() throws IOException {
    Set<Path> before = here();
    Path sheet = folder.resolve("sheet.png");
    cli.succeeds("reconstruct --image " + image() + " --sheet " + sheet);
    assertThat(sheet).exists();
    assertThat(here()).isEqualTo(before);
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).containsExactlyInAnyOrder(sheet, folder.resolve("given.png"));
    }
  }

  @Test
  void aLinkStaysWhereAnImageIsWritten() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path link = folder.resolve("link.png");
    Files.createSymbolicLink(link, elsewhere.resolve("real.png"));
    cli.succeeds("sample --class bird --out " + link);
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(ImageFile.read(elsewhere.resolve("real.png")).getWidth()).isEqualTo(64);
    Path folderLink = Files.createSymbolicLink(folder.resolve("to"), elsewhere);
    cli.succeeds("sample --class bird,heart --out " + folderLink);
    assertThat(elsewhere.resolve("image_001.png")).exists();
  }

  @Test
  void imagesAndAnimationsShareANewFolder() {
    Path both = folder.resolve("both");
    cli.succeeds("sample --class bird,heart --out " + both + " --gif " + both);
    assertThat(both.toFile().list())
        .containsExactlyInAnyOrder(
            "image_000.png", "image_000.gif", "image_001.png", "image_001.gif");
    Path file = folder.resolve("a.gif");
    assertThat(cli.run("sample", "--class", "bird", "--gif", file, "--timings", file)).isEqualTo(2);
    assertThat(cli.err()).contains("--gif and --timings both name");
  }

  @Test
  void placesAreCheckedBeforeTheWork() throws IOException {
    Path file = folder.resolve("a.png");
    assertThat(
            cli.run(
                "sample", "--class", "bird", "--out", file, "--sheet", folder.resolve("./a.png")))
        .isEqualTo(2);
    assertThat(cli.err()).contains("--out and --sheet both name");
    Path longest = folder.resolve("ä".repeat(130) + ".png");
    cli.failsWith("264 bytes, expected at most 255", "sample", "--class", "bird", "--out", longest);
    Files.createSymbolicLink(folder.resolve("x.png"), folder.resolve("y.png"));
    Files.createSymbolicLink(folder.resolve("y.png"), folder.resolve("x.png"));
    cli.failsWith(
        "cannot be followed", "sample", "--class", "bird", "--out", folder.resolve("x.png"));
    Path missing = Files.createSymbolicLink(folder.resolve("z.png"), Path.of("no/z.png"));
    cli.failsWith("does not exist", "sample", "--class", "bird", "--out", missing);
    cli.failsWith("Nul character", "sample", "--class", "bird", "--model", "a\0b");
  }

  @Test
  void timingsMayGoToADevice() throws IOException {
    cli.succeeds("sample --class bird --timings /dev/null" + out("a.png"));
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void equalContentGivesEqualBytes() throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    Map<String, String> one = Map.of("a", "1", "b", "2", "c", "3", "d", "4");
    Map<String, String> sorted = new LinkedHashMap<>();
    List.of("a", "b", "c", "d").forEach(key -> sorted.put(key, one.get(key)));
    PngFile.write(folder.resolve("1.png"), image, one);
    PngFile.write(folder.resolve("2.png"), image, sorted);
    assertThat(folder.resolve("1.png")).hasSameBinaryContentAs(folder.resolve("2.png"));
    SafetensorsWriter.write(folder.resolve("1.safetensors"), List.of(), one);
    SafetensorsWriter.write(folder.resolve("2.safetensors"), List.of(), sorted);
    assertThat(folder.resolve("1.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("2.safetensors"));
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("1.safetensors"))) {
      assertThat(checkpoint.metadata()).isEqualTo(one);
    }
  }
}
