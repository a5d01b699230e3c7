package io.nextscale.libtorch;

import java.util.List;

/**
 * libtorch could not be found or loaded. The message lists every place that was tried, the reason
 * of its failure, and the remedy.
 */
public final class LibTorchLoadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LibTorchLoadException(String message, Throwable cause) {
    super(message, cause);
  }

  LibTorchLoadException(List<String> tried, NativeLibraryException cause) {
    this(message(tried, cause.remedy().orElseGet(LibTorchLoadException::remedy)), cause);
  }

  private static String message(List<String> tried, String remedy) {
    StringBuilder text = new StringBuilder("libtorch (");
    text.append(LibTorchVersion.OLDEST.release()).append(" or newer) could not be loaded. Tried: ");
    for (int i = 0; i < tried.size(); i++) {
      text.append(i == 0 ? "(" : "; (").append(i + 1).append(") ").append(tried.get(i));
    }
    return text.append(". Remedy: ").append(remedy).toString();
  }

  private static String remedy() {
    return "put org.bytedeco:pytorch and org.bytedeco:openblas with the classifier "
        + Platform.current().classifier()
        + " on the class path, or give the folder of a libtorch with -D"
        + LibTorch.DIRECTORY_PROPERTY
        + "=FOLDER or the environment variable "
        + LibTorch.DIRECTORY_VARIABLE;
  }
}
