package io.nextscale.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  @Test
  void classesAndImagesAreSorted() {
    touch("cat/2.png", "cat/10.JPG", "ant/x.bmp", "bee/y.gif", ".hidden/z.png", "ant/.DS_Store");

    ImageSet set = ImageFolder.scan(folder);

    assertThat(set.classNames()).containsExactly("ant", "bee", "cat");
    assertThat(set.images())
        .containsExactly(
            new LabelledImage(folder.resolve("ant/x.bmp"), 0),
            new LabelledImage(folder.resolve("bee/y.gif"), 1),
            new LabelledImage(folder.resolve("cat/10.JPG"), 2),
            new LabelledImage(folder.resolve("cat/2.png"), 2));
    assertThat(set.skipped()).isEmpty();
  }

  @Test
  void classesFileGivesTheOrder() throws IOException {
    touch("ant/1.png", "bee bug/1.png", "cat/1.png");
    Files.writeString(folder.resolve("classes.txt"), "cat\n\nant \nbee bug\n");

    assertThat(ImageFolder.scan(folder).classNames()).containsExactly("cat", "ant", "bee bug");
  }

  @Test
  void classesFileMustAgreeWithTheFolders() throws IOException {
    touch("ant/1.png", "bee/1.png");
    for (String names : List.of("ant", "ant\nbee\ncat", "ant\nant\nbee", "", "ant\nbeetle")) {
      Files.writeString(folder.resolve("classes.txt"), names);
      refused("classes.txt");
    }
  }

  @Test
  void flatFolderIsOneClass() {
    touch("b.png", "a.png");

    ImageSet set = ImageFolder.scan(folder);

    assertThat(set.classNames()).containsExactly(String.valueOf(folder.getFileName()));
    assertThat(set.images())
        .extracting(image -> String.valueOf(image.file().getFileName()))
        .containsExactly("a.png", "b.png");
  }

  @Test
  void whatIsNoImageIsNamed() {
    touch("ant/1.png", "ant/notes.txt", "ant/deep/2.png", "loose.png", "NOTICE");

    ImageSet set = ImageFolder.scan(folder);

    assertThat(set.images()).hasSize(1);
    assertThat(set.skipped()).hasSize(3);
    assertThat(set.skipped().getFirst()).contains("loose.png").contains("beside");
    assertThat(set.skipped().get(1)).contains("deep");
    assertThat(set.skipped().getLast()).contains("notes.txt").contains(".png");
  }

  @Test
  void emptyClassesAreRefusedByName() throws IOException {
    touch("ant/1.png");
    Files.createDirectory(folder.resolve("bee"));

    refused("class 'bee'");
  }

  @Test
  void incompleteClassesAreListedIfThatIsAskedFor() throws IOException {
    touch("ant/1.png", "ant/no suffix", "ant/.hidden", "cat/deep/1.png", "loose.png");
    Files.createDirectory(folder.resolve("bee"));

    ImageSet set = ImageFolder.scanIncomplete(folder);
    assertThat(set.classNames()).containsExactly("ant", "bee", "cat");
    assertThat(set.images())
        .containsExactly(
            new LabelledImage(folder.resolve("ant/1.png"), 0),
            new LabelledImage(folder.resolve("ant/no suffix"), 0));
    assertThat(set.skipped()).hasSize(2);

    Files.writeString(folder.resolve("classes.txt"), "dog\ncat\nbee\nant\n");
    set = ImageFolder.scanIncomplete(folder);
    assertThat(set.classNames()).containsExactly("dog", "cat", "bee", "ant");
    assertThat(set.images()).hasSize(2).allMatch(image -> image.label() == 3);
    refused("each class needs its folder");
  }

  @Test
  void incompleteFoldersNeedSomething() throws IOException {
    touch("a.png");
    incompleteRefused("no sub-folder");
    Files.createDirectory(folder.resolve("bee"));
    incompleteRefused("no images");
    touch("bee/b.png");
    Files.writeString(folder.resolve("classes.txt"), "ant\n");
    incompleteRefused("each folder needs its line");
  }

  private void incompleteRefused(String named) {
    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> ImageFolder.scanIncomplete(folder))
        .withMessageContaining(named)
        .withMessageContaining(folder.toString());
  }

  @Test
  void emptyAndMissingFoldersAreRefused() {
    refused(folder.toString());
    Path missing = folder.resolve("missing");
    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> ImageFolder.scan(missing))
        .withMessageContaining("missing")
        .withMessageContaining("no such folder");
  }

  @Test
  void emojiListHasTheKnownCounts() throws IOException {
    try (InputStream stream =
            Objects.requireNonNull(ImageFolder.class.getResourceAsStream("emoji.tsv"));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      List<String[]> rows = reader.lines().skip(1).map(line -> line.split("\t")).toList();

      assertThat(rows).filteredOn(row -> row[4].equals("train")).hasSize(1760);
      assertThat(rows).filteredOn(row -> row[4].equals("held-out")).hasSize(39);
      assertThat(rows.stream().map(row -> row[3]).distinct()).hasSize(17);
      assertThat(rows.stream().map(row -> row[0] + row[1])).doesNotHaveDuplicates();
    }
  }

  private void refused(String named) {
    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> ImageFolder.scan(folder))
        .withMessageContaining(named);
  }

  private void touch(String... names) {
    for (String name : names) {
      Path file = folder.resolve(name);
      try {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.createFile(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
