package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;

/** TIFF files whose strips are JPEG streams, and the work that they may take. */
class TiffJpegTest {
  private static final int JPEG = 7;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private static BufferedImage gray(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, 2 * x + y & 0xff);
      }
    }
    return image;
  }

  private static byte[] jpeg(int width, int height) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(out);
      writer.write(null, new IIOImage(gray(width, height), null, null), settings);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The same image with its last scan again and again. */
  private static byte[] withScans(byte[] jpeg, int more) {
    int last = 0;
    for (int i = 0; i + 1 < jpeg.length; i++) {
      last = jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xDA ? i : last;
    }
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(jpeg, 0, jpeg.length - 2);
    for (int i = 0; i < more; i++) {
      many.write(jpeg, last, jpeg.length - 2 - last);
    }
    many.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD9});
    return many.toByteArray();
  }

  /** Tables of a stream as a stream of their own, then the whole stream. */
  private static byte[] behindTables(byte[] jpeg) {
    int table = 0;
    while (jpeg[table] != (byte) 0xFF || jpeg[table + 1] != (byte) 0xDB) {
      table++;
    }
    int length = 2 + ((jpeg[table + 2] & 0xff) << 8 | jpeg[table + 3] & 0xff);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(jpeg, 0, 2);
    both.write(jpeg, table, length);
    both.write(jpeg, jpeg.length - 2, 2);
    both.writeBytes(jpeg);
    return both.toByteArray();
  }

  /**
   * A gray image.
   *
   * @param rows of a strip
   * @param starts of the strips in the data
   */
  private static byte[] tiff(
      int compression, int width, int height, int rows, byte[] data, int... starts) {
    int count = starts.length;
    int header = 8;
    int arrays = header + (data.length + 3) / 4 * 4;
    int directory = arrays + 8 * count;
    ByteBuffer file =
        ByteBuffer.allocate(directory + 2 + 9 * 12 + 4).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(directory).put(data);
    file.position(arrays);
    Arrays.stream(starts).forEach(start -> file.putInt(header + start));
    Arrays.stream(starts).forEach(start -> file.putInt(data.length - start));
    file.putShort((short) 9);
    field(file, 256, LONG, 1, width);
    field(file, 257, LONG, 1, height);
    field(file, 258, SHORT, 1, 8);
    field(file, 259, SHORT, 1, compression);
    field(file, 262, SHORT, 1, 1); // 0 is black
    field(file, 273, LONG, count, count == 1 ? header + starts[0] : arrays);
    field(file, 277, SHORT, 1, 1);
    field(file, 278, LONG, 1, rows);
    field(file, 279, LONG, count, count == 1 ? data.length - starts[0] : arrays + 4 * count);
    return file.array();
  }

  private static void field(ByteBuffer file, int tag, int type, int count, int value) {
    file.putShort((short) tag).putShort((short) type).putInt(count).putInt(value);
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageFile.read("image", file))
        .withMessageMatching(".*" + message);
  }

  @Test
  void stripsAreRead() throws IOException {
    byte[] stream = jpeg(64, 16);
    BufferedImage alone = ImageFile.read("jpeg", stream);
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.writeBytes(stream);
    two.writeBytes(stream);
    byte[] own = tiff(JPEG, 64, 32, 16, two.toByteArray(), 0, stream.length);
    byte[] shared = tiff(JPEG, 64, 512 * 16, 16, stream, new int[512]);
    byte[] tables = tiff(JPEG, 64, 16, 16, behindTables(stream), 0);
    for (byte[] file : new byte[][] {own, shared, tables}) {
      BufferedImage image = ImageFile.read("tiff", file);
      for (int y = 0; y < image.getHeight(); y += 5) {
        assertThat(image.getRGB(33, y)).isEqualTo(alone.getRGB(33, y % 16));
      }
    }
  }

  @Test
  void manyScansOfAStripAreRefused() throws IOException {
    byte[] stream = withScans(jpeg(64, 16), 200);
    assertRefused(tiff(JPEG, 64, 16, 16, stream, 0), "it has 2\\d\\d scans: expected at most 100");
    assertRefused(tiff(JPEG, 64, 16, 16, behindTables(stream), 0), "it has 2\\d\\d scans.*");
  }

  /** ImageIO takes such tables for those of the image that follows. */
  @Test
  void scansBehindTablesAreCounted() throws IOException {
    byte[] stream = jpeg(64, 16);
    assertThat(ImageFile.read("tables", behindTables(stream)).getRGB(33, 7))
        .isEqualTo(ImageFile.read("jpeg", stream).getRGB(33, 7));
    assertRefused(behindTables(withScans(stream, 200)), "it has 2\\d\\d scans: .*");
  }

  @Test
  void workOfAllStripsIsBounded() throws IOException {
    byte[] large = jpeg(1024, 1024);
    assertRefused(
        tiff(JPEG, 64, 128, 1, large, new int[128]),
        "strips or tiles take more work than 100 scans of the whole image");
    int[] many = new int[200_000]; // streams without a frame take time too
    assertRefused(tiff(JPEG, 64, 64, 1, new byte[8], many), ".*more work.*");
    int[] everywhere = new int[2_000];
    Arrays.setAll(everywhere, i -> i);
    assertRefused(
        tiff(JPEG, 64, 2_000, 1, new byte[2_000], everywhere), "its strips or tiles overlap");
  }

  @Test
  void otherFormsOfJpegAreRefused() throws IOException {
    byte[] stream = jpeg(64, 16);
    assertRefused(tiff(6, 64, 16, 16, stream, 0), "its compression is 6.*expected another.*7");
    byte[] shifted = tiff(JPEG, 64, 16, 16, stream, 0);
    ByteBuffer file = ByteBuffer.wrap(shifted).order(ByteOrder.LITTLE_ENDIAN);
    file.putShort(file.getInt(4) + 2 + 2 * 12 + 2, (short) 99);
    assertRefused(shifted, "its field 258 has the type 99: expected 1 to 13");
  }
}
