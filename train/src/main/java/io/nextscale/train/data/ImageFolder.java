package io.nextscale.train.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;

/**
 * Finds the images of a folder. It holds one sub-folder a class, or, without sub-folders, the
 * images of a single class.
 *
 * <p>Classes are sorted by name unless a file {@value #CLASSES} names them in order, one a line.
 * Names that begin with a dot are passed over. Files are told by their suffix here; whether they
 * can be decoded is found by {@link ImageCache}.
 */
public final class ImageFolder {
  /** Name of the file that lists the classes in order. */
  public static final String CLASSES = "classes.txt";

  private static final Set<String> SUFFIXES = suffixes();

  private ImageFolder() {}

  /**
   * Lists the images.
   *
   * @throws ImageDataException if the folder is missing, has no images, a class has none, or its
   *     classes are not those of {@value #CLASSES}
   */
  public static ImageSet scan(Path folder) {
    return scan(folder, true);
  }

  /**
   * Lists the files of class folders that need not be complete: a class may have no images, one of
   * {@value #CLASSES} no folder. Every file is taken for an image, whatever its suffix.
   *
   * @throws ImageDataException if the folder is missing, has no sub-folders, these have no files,
   *     or one of them is not in {@value #CLASSES}
   */
  public static ImageSet scanIncomplete(Path folder) {
    return scan(folder, false);
  }

  private static ImageSet scan(Path folder, boolean complete) {
    if (!Files.isDirectory(folder)) {
      throw new ImageDataException("cannot read images of " + folder + ": there is no such folder");
    }
    List<Path> entries = entries(folder);
    List<Path> folders = entries.stream().filter(Files::isDirectory).toList();
    if (folders.isEmpty() && !complete) {
      throw new ImageDataException("no sub-folder in " + folder + ": expected one for each class");
    }
    List<String> names = classNames(folder, folders, complete);
    List<LabelledImage> images = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    if (folders.isEmpty()) {
      add(folder, 0, true, images, skipped);
      requireImages(folder, names.getFirst(), images, 0);
    } else {
      entries.stream()
          .filter(entry -> !Files.isDirectory(entry) && hasImageName(entry))
          .forEach(entry -> skipped.add(entry + ": it lies beside the class folders"));
      for (int label = 0; label < names.size(); label++) {
        Path ofClass = folder.resolve(names.get(label));
        int before = images.size();
        if (complete) {
          add(ofClass, label, true, images, skipped);
          requireImages(ofClass, names.get(label), images, before);
        } else if (Files.isDirectory(ofClass)) {
          add(ofClass, label, false, images, skipped);
        }
      }
    }
    if (images.isEmpty()) {
      throw new ImageDataException("no images in the sub-folders of " + folder);
    }
    return new ImageSet(names, images, skipped);
  }

  private static void requireImages(
      Path folder, String name, List<LabelledImage> images, int before) {
    if (images.size() == before) {
      throw new ImageDataException(
          "class '%s' has no images in %s: put some there or remove the folder"
              .formatted(name, folder));
    }
  }

  private static void add(
      Path folder, int label, boolean bySuffix, List<LabelledImage> images, List<String> skipped) {
    for (Path entry : entries(folder)) {
      if (Files.isDirectory(entry)) {
        skipped.add(entry + ": a folder inside a class folder");
      } else if (hasImageName(entry) || !bySuffix) {
        images.add(new LabelledImage(entry, label));
      } else if (!entry.endsWith(CLASSES)) {
        skipped.add(
            entry
                + ": its name ends in none of ."
                + String.join(", .", SUFFIXES.stream().sorted().toList()));
      }
    }
  }

  private static List<String> classNames(Path folder, List<Path> folders, boolean complete) {
    List<String> found = folders.stream().map(ImageFolder::name).toList();
    Path list = folder.resolve(CLASSES);
    if (!Files.isRegularFile(list)) {
      return found.isEmpty() ? List.of(name(folder.toAbsolutePath().normalize())) : found;
    }
    List<String> names = names(list);
    if (!complete && new HashSet<>(names).containsAll(found)) {
      return names;
    }
    if (found.isEmpty() ? names.size() != 1 : !new HashSet<>(names).equals(new HashSet<>(found))) {
      throw new ImageDataException(
          "%s names the classes %s, the folders beside it are %s: %seach folder needs its line"
              .formatted(list, names, found, complete ? "each class needs its folder, " : ""));
    }
    return names;
  }

  /**
   * The names of a list of classes, one a line.
   *
   * @throws ImageDataException if it cannot be read, names no class, or one twice
   */
  static List<String> names(Path list) {
    List<String> names = lines(list);
    if (names.isEmpty() || new HashSet<>(names).size() != names.size()) {
      throw new ImageDataException(list + " must name at least one class and each only once");
    }
    return names;
  }

  private static List<String> lines(Path list) {
    try {
      return Files.readAllLines(list).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new ImageDataException("cannot read " + list + ": " + e, e);
    }
  }

  private static List<Path> entries(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    } catch (IOException | DirectoryIteratorException e) {
      throw new ImageDataException("cannot list " + folder + ": " + e, e);
    }
    entries.removeIf(entry -> name(entry).startsWith("."));
    entries.sort(Comparator.comparing(ImageFolder::name));
    return entries;
  }

  private static boolean hasImageName(Path file) {
    String name = name(file);
    return SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  private static Set<String> suffixes() {
    Set<String> suffixes = new HashSet<>();
    for (String suffix : ImageIO.getReaderFileSuffixes()) {
      if (!suffix.isEmpty()) {
        suffixes.add(suffix.toLowerCase(Locale.ROOT));
      }
    }
    return suffixes;
  }
}
