package io.nextscale.cli;

import io.nextscale.train.data.ImageFolder;
import io.nextscale.train.data.ImageSet;
import io.nextscale.train.data.LabelledImage;
import io.nextscale.var.model.ModelSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Images in a sub-folder for each class, labelled with the classes of a model. */
final class FolderClasses {
  private FolderClasses() {}

  /**
   * Lists the images in the order of the model's classes. A sub-folder's name is one of them, by
   * name or number; or, if there is a {@code classes.txt}, one of its lines, the first of which is
   * class 0.
   *
   * @return labels are the numbers of the model's classes
   * @throws CommandException if a class is unknown or two folders are of the same
   * @throws io.nextscale.train.data.ImageDataException if the folders cannot be used
   */
  static ImageSet read(Path folder, ModelSpec spec) {
    ImageSet found = ImageFolder.scanIncomplete(folder);
    Path list = folder.resolve(ImageFolder.CLASSES);
    int[] ids = Files.isRegularFile(list) ? listed(list, found, spec) : named(folder, found, spec);
    List<LabelledImage> images =
        found.images().stream()
            .map(image -> new LabelledImage(image.file(), ids[image.label()]))
            .sorted(Comparator.comparingInt(LabelledImage::label))
            .toList();
    List<String> names = new ArrayList<>();
    for (int id = 0; id <= spec.noClass(); id++) {
      names.add(spec.className(id));
    }
    return new ImageSet(names, images, found.skipped());
  }

  private static int[] named(Path folder, ImageSet found, ModelSpec spec) {
    int[] ids = new int[found.classNames().size()];
    Map<Integer, Path> byClass = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      Path each = folder.resolve(found.classNames().get(i));
      ids[i] = classOf(each, found.classNames().get(i), spec);
      Path other = byClass.putIfAbsent(ids[i], each);
      if (other != null) {
        throw new CommandException(other + " and " + each + " are both of class " + ids[i]);
      }
    }
    return ids;
  }

  private static int classOf(Path folder, String name, ModelSpec spec) {
    try {
      return spec.classId(name);
    } catch (IllegalArgumentException e) {
      if (name.contains("_")) {
        try {
          return spec.classId(name.replace('_', ' '));
        } catch (IllegalArgumentException ignored) {
          // the message about the name as it is says more
        }
      }
      throw new CommandException(
          folder + ": " + e.getMessage() + "; or list it in " + ImageFolder.CLASSES, e);
    }
  }

  private static int[] listed(Path list, ImageSet found, ModelSpec spec) {
    List<String> names = found.classNames();
    if (names.size() > spec.noClass()) {
      throw new CommandException(
          list + ": " + names.size() + " classes, " + spec.name() + " has " + spec.noClass());
    }
    int[] ids = new int[names.size()];
    for (int i = 0; i < ids.length; i++) {
      if (!spec.classNames().isEmpty() && !agree(names.get(i), spec.className(i))) {
        throw new CommandException(
            "%s: class %d is \"%s\", that of %s is \"%s\""
                .formatted(list, i, names.get(i), spec.name(), spec.className(i)));
      }
      ids[i] = i;
    }
    return ids;
  }

  private static boolean agree(String name, String other) {
    return name.replace('_', ' ').equalsIgnoreCase(other.replace('_', ' '));
  }
}
