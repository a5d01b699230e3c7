package io.nextscale.train.score;

import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.ImageFolder;
import io.nextscale.train.data.ImageSet;
import io.nextscale.train.data.LabelledImage;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.UnknownClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A folder with a sub-folder of images for each class of a model.
 *
 * <p>A sub-folder's name is a class of the model, by name or number. If the folder has a {@code
 * classes.txt}, it is one of its lines instead, the first of which is class 0.
 *
 * @param model its classes become the labels
 */
public record ClassFolders(Path folder, ModelSpec model) {
  /** Checks that no component is null. */
  public ClassFolders {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(model, "model");
  }

  /**
   * Lists the images in the order of the model's classes.
   *
   * @return labels are the numbers of the model's classes
   * @throws ImageDataException if the folder cannot be used, a class is unknown, or two sub-folders
   *     are of the same class
   */
  public ImageSet read() {
    ImageSet found = ImageFolder.scanIncomplete(folder);
    Path list = folder.resolve(ImageFolder.CLASSES);
    List<String> names = found.classNames();
    int[] ids = Files.isRegularFile(list) ? listedClasses(list, names) : namedClasses(names);
    List<LabelledImage> images =
        found.images().stream()
            .map(image -> new LabelledImage(image.file(), ids[image.label()]))
            .sorted(Comparator.comparingInt(LabelledImage::label))
            .toList();
    List<String> classes =
        IntStream.rangeClosed(0, model.noClass()).mapToObj(model::className).toList();
    return new ImageSet(classes, images, found.skipped());
  }

  private int[] namedClasses(List<String> names) {
    int[] ids = new int[names.size()];
    Map<Integer, Path> byClass = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      Path each = folder.resolve(names.get(i));
      ids[i] = classOf(each, names.get(i));
      Path other = byClass.putIfAbsent(ids[i], each);
      if (other != null) {
        throw new ImageDataException(
            "%s and %s are both of class %s".formatted(other, each, ids[i]));
      }
    }
    return ids;
  }

  private int classOf(Path subfolder, String name) {
    try {
      return model.classId(name);
    } catch (IllegalArgumentException e) {
      if (name.contains("_")) {
        try {
          return model.classId(name.replace('_', ' '));
        } catch (IllegalArgumentException ignored) {
          // the message about the name as it is says more
        }
      }
      throw new ImageDataException(
          "%s: %s; or list it in %s".formatted(subfolder, e.getMessage(), ImageFolder.CLASSES), e);
    }
  }

  private int[] listedClasses(Path list, List<String> names) {
    if (names.size() > model.noClass()) {
      throw new ImageDataException(
          "%s: %s classes, %s has %s".formatted(list, names.size(), model.name(), model.noClass()));
    }
    for (int i = 0; i < names.size(); i++) {
      if (!model.classNames().isEmpty() && !isNameOf(names.get(i), i)) {
        throw new ImageDataException(
            "%s: class %s is \"%s\", that of %s is \"%s\""
                .formatted(list, i, names.get(i), model.name(), model.className(i)));
      }
    }
    return IntStream.range(0, names.size()).toArray();
  }

  private boolean isNameOf(String name, int id) {
    if (isSameName(name, model.className(id))) {
      return true;
    }
    try {
      return model.classId(name) == id;
    } catch (UnknownClassException e) {
      return false;
    }
  }

  private static boolean isSameName(String name, String other) {
    return name.replace('_', ' ').equalsIgnoreCase(other.replace('_', ' '));
  }
}
