package io.nextscale.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five images of 2 rows and 3 columns with the levels 1, 2, 3, ... in the order of the file. */
class IdxFolderTest {
  private static final int COUNT = 5;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;
  private static final int PIXELS = COUNT * ROWS * COLUMNS;
  private static final byte[] LABELS = {9, 0, 3, 3, 7};

  @TempDir Path folder;
  private Path images;
  private Path labels;

  @BeforeEach
  void write() throws IOException {
    images = folder.resolve("train-images-idx3-ubyte.gz");
    labels = folder.resolve("train-labels-idx1-ubyte.gz");
    images(0x803, COUNT, ROWS, COLUMNS, PIXELS);
    labels(0x801, COUNT, LABELS);
  }

  @Test
  void imagesAreGreyAndCentredOnBlack() {
    RgbImage image = read(6, COUNT).image(1);

    assertThat(image.height()).isEqualTo(6);
    assertThat(image.width()).isEqualTo(6);
    for (int i = 0; i < 36; i++) {
      int row = i / 6 - 2; // two rows above, one column on the left
      int column = i % 6 - 1;
      boolean inside = row >= 0 && row < ROWS && column >= 0 && column < COLUMNS;
      byte level = (byte) (inside ? 7 + row * COLUMNS + column : 0);
      byte[] rgb = Arrays.copyOfRange(image.levels(), 3 * i, 3 * i + 3);
      assertThat(rgb).containsExactly(level, level, level);
    }
  }

  @Test
  void theCacheServesAsOneOfImageFiles() {
    ImageCache cache = read(4, 100);

    assertThat(cache.count()).isEqualTo(COUNT);
    assertThat(cache.size()).isEqualTo(4);
    assertThat(cache.labels()).containsExactly(9, 0, 3, 3, 7);
    assertThat(cache.classNames()).hasSize(10).startsWith("0", "1").endsWith("9");
    assertThat(cache.classSizes()).containsExactly(1, 0, 0, 2, 0, 0, 0, 1, 0, 1);
    assertThat(cache.file(4)).isEqualTo(images);
    assertThat(cache.skipped()).isEmpty();
    SampleOrder order = SampleOrder.shuffled(COUNT, 1);
    try (ImageBatches batches = new ImageBatches(cache, Augmentation.NONE, order, 1, 5, 0)) {
      Batch batch = batches.next();
      for (int i = 0; i < COUNT; i++) {
        Batch alone = cache.batch(batch.images()[i], 1);
        assertThat(Arrays.copyOfRange(batch.pixels(), i * 48, i * 48 + 48))
            .isEqualTo(alone.pixels());
        assertThat(alone.pixels()[0]).isEqualTo(-1f);
      }
    }
  }

  @Test
  void theHeldOutPartHasFilesOfItsOwn() throws IOException {
    Files.move(images, folder.resolve("t10k-images-idx3-ubyte.gz"));
    Files.move(labels, folder.resolve("t10k-labels-idx1-ubyte.gz"));

    assertThat(IdxFolder.read(folder, IdxFolder.Part.TEST, 4, 100).count()).isEqualTo(COUNT);
    refused("train-images-idx3-ubyte.gz", "no such file", "bin/fetch-fashion-mnist");
  }

  @Test
  void noMoreThanAskedForIsRead() throws IOException {
    images(0x803, COUNT, ROWS, COLUMNS, 2 * ROWS * COLUMNS);
    labels(0x801, COUNT, (byte) 1, (byte) 2, (byte) 99);

    assertThat(read(4, 2).labels()).containsExactly(1, 2);
    assertThat(read(4, 2).image(1)).extracting(RgbImage::height).isEqualTo(4);
  }

  @Test
  void classesFileGivesTheNames() throws IOException {
    labels(0x801, COUNT, (byte) 0, (byte) 1, (byte) 1, (byte) 0, (byte) 0);
    Files.writeString(folder.resolve("classes.txt"), "shirt\nankle boot\n");
    assertThat(read(4, COUNT).classNames()).containsExactly("shirt", "ankle boot");

    labels(0x801, COUNT, LABELS);
    refused("train-labels-idx1-ubyte.gz", "label 0 is 9, allowed are 0 to 1");
    Files.writeString(folder.resolve("classes.txt"), "shirt\nshirt\n");
    refused("classes.txt", "only once");
  }

  @Test
  void otherFormatsAreRefused() throws IOException {
    images(0x801, COUNT, ROWS, COLUMNS, PIXELS);
    refused("train-images-idx3-ubyte.gz", "0x00000801, allowed is 0x00000803");
    Files.writeString(images, "not compressed at all");
    refused("cannot read", "train-images-idx3-ubyte.gz", "GZIP");
    Files.delete(images);
    Files.createDirectory(images);
    refused("cannot read", "train-images-idx3-ubyte.gz");
  }

  @Test
  void sizesAreChecked() throws IOException {
    images(0x803, 0, ROWS, COLUMNS, 0);
    refused("train-images-idx3-ubyte.gz", "images is 0, allowed are 1 to 2147483647");
    images(0x803, -1, ROWS, COLUMNS, PIXELS);
    refused("images is 4294967295, allowed");
    images(0x803, COUNT, 5, COLUMNS, PIXELS);
    refused("rows is 5, allowed are 1 to 4");
    images(0x803, COUNT, ROWS, 0, PIXELS);
    refused("columns is 0, allowed are 1 to 4");
  }

  @Test
  void bothFilesMustCountTheSame() throws IOException {
    labels(0x801, COUNT - 1, LABELS);
    refused("train-labels-idx1-ubyte.gz has 4 labels, allowed are 5", "train-images-idx3-ubyte.gz");
  }

  @Test
  void filesThatEndEarlyAreRefused() throws IOException {
    images(0x803, COUNT, ROWS, COLUMNS, PIXELS - 1);
    refused("train-images-idx3-ubyte.gz ends after 4 of 5 entries of 6 bytes");
    labels(0x801, COUNT, (byte) 1);
    refused("train-labels-idx1-ubyte.gz ends after 1 of 5 entries");
    Files.write(labels, gzip(new byte[] {0, 0, 8, 1, 0, 0}));
    refused("train-labels-idx1-ubyte.gz ends inside its header: there is no number of labels");
    write();
    byte[] whole = Files.readAllBytes(images);
    for (int length = 0; length < whole.length; length++) {
      Files.write(images, Arrays.copyOf(whole, length));
      refused("train-images-idx3-ubyte.gz");
    }
  }

  @Test
  void filesThatGoOnAreRefused() throws IOException {
    images(0x803, COUNT, ROWS, COLUMNS, PIXELS + 1);
    refused("train-images-idx3-ubyte.gz goes on after 5 entries");
    images(0x803, COUNT, ROWS, COLUMNS, PIXELS);
    labels(0x801, COUNT, Arrays.copyOf(LABELS, COUNT + 1));
    refused("train-labels-idx1-ubyte.gz goes on after 5 entries");
  }

  @Test
  void damageInsideIsFound() throws IOException {
    byte[] content = Files.readAllBytes(images);
    content[content.length - 8] ^= 1; // of the checksum
    Files.write(images, content);
    refused("cannot read", "train-images-idx3-ubyte.gz", "Corrupt GZIP trailer");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeReading() throws IOException {
    images(0x803, 2_000_000_000, 1, 1, 1);
    labels(0x801, 2_000_000_000, (byte) 0);
    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> read(4, Integer.MAX_VALUE))
        .withMessageContaining("train-images-idx3-ubyte.gz: 2000000000 images of 4 pixels")
        .withMessageContaining("MB");
    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> read(4096, Integer.MAX_VALUE))
        .withMessageContaining("MB");

    images(0x803, COUNT, ROWS, COLUMNS, PIXELS);
    labels(0x801, COUNT, LABELS);
    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> IdxFolder.read(folder, IdxFolder.Part.TRAIN, 4, COUNT, 5 * 3 * 16))
        .withMessageContaining("MB");
    assertThat(IdxFolder.read(folder, IdxFolder.Part.TRAIN, 4, 2, 1000).count()).isEqualTo(2);
  }

  @Test
  void bombsAreNotUnpacked() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
      out.write(header(0x803, COUNT, ROWS, COLUMNS));
      out.write(new byte[1 << 26]);
    }
    byte[] half = Arrays.copyOf(bomb.toByteArray(), bomb.size() / 2); // who reads on finds the cut
    assertThat(half).hasSizeLessThan(1 << 16);
    Files.write(images, half);
    refused("train-images-idx3-ubyte.gz goes on after 5 entries");
  }

  @Test
  void manyEmptyPartsAreRefused() throws IOException {
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    parts.write(gzip(concat(header(0x803, COUNT, ROWS, COLUMNS), new byte[PIXELS])));
    byte[] empty = gzip(new byte[0]);
    for (int i = 0; i < 200_000; i++) {
      parts.write(empty);
    }
    parts.write(gzip(new byte[1]));
    Files.write(images, parts.toByteArray());
    refused("train-images-idx3-ubyte.gz"); // too many parts, or the byte after them
  }

  @Test
  void argumentsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(0, 1))
        .withMessage("size is 0, allowed are 1 to 4096");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(4, 0))
        .withMessage("most is 0, allowed are 1 and more");
  }

  private ImageCache read(int size, int most) {
    return IdxFolder.read(folder, IdxFolder.Part.TRAIN, size, most);
  }

  private void refused(String... named) {
    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> read(4, COUNT))
        .satisfies(e -> assertThat(e.getMessage()).contains(named));
  }

  private void images(int magic, int count, int rows, int columns, int levels) throws IOException {
    byte[] content = new byte[levels];
    for (int i = 0; i < levels; i++) {
      content[i] = (byte) (i + 1);
    }
    Files.write(images, gzip(concat(header(magic, count, rows, columns), content)));
  }

  private void labels(int magic, int count, byte... content) throws IOException {
    Files.write(labels, gzip(concat(header(magic, count), content)));
  }

  private static byte[] header(int... values) {
    ByteBuffer header = ByteBuffer.allocate(4 * values.length);
    Arrays.stream(values).forEach(header::putInt);
    return header.array();
  }

  private static byte[] concat(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }
}
