package io.nextscale.var.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

class PngFileTest {
  @TempDir Path folder;

  @Test
  void textAndPixelsSurviveTheRoundTrip() throws IOException {
    Map<String, String> text = sampleText();
    Path file = folder.resolve("a.png");

    PngFile.write(file, TestImages.gradient(17, 9), text);

    assertThat(PngFile.readText(file)).containsExactlyEntriesOf(text);
    assertThat(PixelArray.fromImage(ImageFile.read(file)))
        .isEqualTo(PixelArray.fromImage(TestImages.gradient(17, 9)));
    assertThat(listing()).containsExactly("a.png");
  }

  @Test
  void theJdkReadsPixelsAndText() throws IOException {
    Map<String, String> text = sampleText();
    Path file = folder.resolve("a.png");
    PngFile.write(file, TestImages.gradient(17, 9), text);

    assertThat(PixelArray.fromImage(ImageIO.read(file.toFile())))
        .isEqualTo(PixelArray.fromImage(TestImages.gradient(17, 9)));
    assertThat(jdkText(file)).containsExactlyInAnyOrderEntriesOf(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
  void everyImageTypeOfTheJdkCanBeWritten(int type) {
    BufferedImage image = new BufferedImage(16, 16, type);
    for (int i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, i << 24 | i << 16 | (255 - i) << 8 | i / 2);
    }
    Path file = folder.resolve("a.png");

    PngFile.write(file, image, Map.of());

    assertThat(PixelArray.fromImage(ImageFile.read(file))).isEqualTo(PixelArray.fromImage(image));
  }

  @Test
  void anExistingFileIsReplaced() throws IOException {
    Path file = folder.resolve("a.png");
    Files.writeString(file, "old");

    PngFile.write(file, TestImages.gradient(2, 2), Map.of());

    assertThat(ImageFile.read(file).getWidth()).isEqualTo(2);
    assertThat(listing()).containsExactly("a.png");
  }

  @Test
  void aMissingFolderIsNamedAndNotCreated() {
    Path file = folder.resolve("no").resolve("a.png");

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> PngFile.write(file, TestImages.gradient(2, 2), Map.of()))
        .withMessage("cannot write image %s: the folder %s does not exist", file, file.getParent());
    assertThat(file.getParent()).doesNotExist();
  }

  @Test
  void aFolderInPlaceOfTheFileIsRefused() throws IOException {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> PngFile.write(folder, TestImages.gradient(2, 2), Map.of()))
        .withMessage("cannot write image %s: it is a folder", folder);
    assertThat(listing()).isEmpty();
  }

  @Test
  void aFailedMoveLeavesNoTemporaryFile() throws IOException {
    Path file = folder.resolve("n".repeat(300) + ".png");

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> PngFile.write(file, TestImages.gradient(2, 2), Map.of()))
        .withMessageStartingWith("cannot write image " + file + ": ");
    assertThat(listing()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " seed", "seed ", "a  b", "\u4e2d", "a\nb", "tab\t"})
  void keywordsOutsideTheStandardAreRefused(String keyword) throws IOException {
    Path file = folder.resolve("a.png");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PngFile.write(file, TestImages.gradient(2, 2), Map.of(keyword, "x")))
        .withMessageStartingWith("text keyword \"" + keyword + "\": expected 1 to 79");
    assertThat(listing()).isEmpty();
  }

  @Test
  void keywordsHaveAtMost79Characters() {
    Path file = folder.resolve("a.png");
    String longest = "k".repeat(79);

    PngFile.write(file, TestImages.gradient(2, 2), Map.of(longest, "x"));

    assertThat(PngFile.readText(file)).containsOnlyKeys(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> PngFile.write(file, TestImages.gradient(2, 2), Map.of(longest + "k", "x")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "\ud800"})
  void textThatPngCannotHoldIsRefused(String text) {
    Path file = folder.resolve("a.png");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PngFile.write(file, TestImages.gradient(2, 2), Map.of("seed", text)))
        .withMessageStartingWith("the text for \"seed\" holds a NUL or half a surrogate pair");
  }

  @Test
  void compressedTextOfOtherProgramsIsRead() throws IOException {
    byte[] deflated = deflate("grüße".getBytes(ISO_8859_1));
    byte[] packedUtf8 = deflate("日本語".getBytes(UTF_8));
    Path file =
        withChunks(
            new PngChunk("zTXt", join("Comment\0\0".getBytes(ISO_8859_1), deflated)),
            new PngChunk("iTXt", join("Title\0\1\0ja\0題\0".getBytes(UTF_8), packedUtf8)));

    assertThat(PngFile.readText(file))
        .containsExactly(Map.entry("Comment", "grüße"), Map.entry("Title", "日本語"));
  }

  @Test
  void textThatUnpacksToTooMuchIsRefused() throws IOException {
    byte[] bomb = deflate(new byte[20 << 20]);
    Path file = withChunks(new PngChunk("zTXt", join("Bomb\0\0".getBytes(ISO_8859_1), bomb)));

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> PngFile.readText(file))
        .withMessageEndingWith(
            "text \"Bomb\" is too long: expected at most 16777216 bytes in all texts");
  }

  @Test
  void textsThatUnpackToTooMuchTogetherAreRefused() throws IOException {
    byte[] packed = deflate(new byte[6 << 20]);
    PngChunk[] chunks = new PngChunk[3];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] =
          new PngChunk("zTXt", join("Bomb %s\0\0".formatted(i).getBytes(ISO_8859_1), packed));
    }
    Path file = withChunks(chunks);

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> PngFile.readText(file))
        .withMessageContaining("\"Bomb 2\" is too long");
    assertThat(PngFile.readText(withChunks(chunks[0], chunks[1]))).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "noend", "a\0", "a\0\7", "a\0\0\0no end"})
  void damagedTextIsAnImageException(String data) throws IOException {
    Path file = withChunks(new PngChunk("iTXt", ByteBuffer.wrap(data.getBytes(ISO_8859_1))));

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> PngFile.readText(file))
        .withMessageStartingWith("cannot read image " + file + ": chunk iTXt ");
  }

  @Test
  void textOfAnotherFormatIsRefused() throws IOException {
    Path file = folder.resolve("a.gif");
    ImageIO.write(TestImages.gradient(4, 4), "gif", file.toFile());

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> PngFile.readText(file))
        .withMessage("cannot read image %s: the content is not PNG", file);
  }

  private static Map<String, String> sampleText() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("seed", "42");
    text.put("Software", "Nextscale");
    text.put("Author", "Jürgen Größe");
    text.put("Überschrift", "two\nlines");
    text.put("prompt", "日本語 🐕 zwölf");
    text.put("empty", "");
    text.put("control", "bell \u0007 and next line \u0085");
    text.put("long", "0123456789".repeat(20_000));
    text.put("long unicode", "μ🐕".repeat(50_000));
    return text;
  }

  private Path withChunks(PngChunk... added) throws IOException {
    Path file = folder.resolve("chunks.png");
    PngFile.write(file, TestImages.gradient(4, 4), Map.of());
    List<PngChunk> chunks = new ArrayList<>(PngChunk.parse(Files.readAllBytes(file)));
    chunks.addAll(1, List.of(added));
    return Files.write(file, PngChunk.join(chunks));
  }

  private static byte[] deflate(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    }
    return out.toByteArray();
  }

  private static ByteBuffer join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).flip();
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }

  private static Map<String, String> jdkText(Path file) throws IOException {
    Map<String, String> text = new LinkedHashMap<>();
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReaders(stream).next();
      reader.setInput(stream);
      IIOMetadata metadata = reader.getImageMetadata(0);
      Node root = metadata.getAsTree("javax_imageio_png_1.0");
      collect((Element) root, "tEXtEntry", "value", text);
      collect((Element) root, "iTXtEntry", "text", text);
      reader.dispose();
    }
    return text;
  }

  private static void collect(Element root, String tag, String attribute, Map<String, String> to) {
    NodeList entries = root.getElementsByTagName(tag);
    for (int i = 0; i < entries.getLength(); i++) {
      Element entry = (Element) entries.item(i);
      to.put(entry.getAttribute("keyword"), entry.getAttribute(attribute));
    }
  }
}
