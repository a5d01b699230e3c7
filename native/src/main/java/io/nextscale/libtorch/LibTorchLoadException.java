package io.nextscale.libtorch;

import java.util.List;

/**
 * libtorch could not be found or loaded. The message lists every place that was tried, the reason
 * of its failure, and the remedy.
 */
public final class LibTorchLoadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LibTorchLoadException(List<String> tried, Throwable cause) {
    super(message(tried), cause);
  }

  private static String message(List<String> tried) {
    StringBuilder text = new StringBuilder("libtorch (2.13 or newer) could not be loaded. Tried: ");
    for (int i = 0; i < tried.size(); i++) {
      text.append(i == 0 ? "(" : "; (").append(i + 1).append(") ").append(tried.get(i));
    }
    return text.append(
            ". Remedy: put org.bytedeco:pytorch and org.bytedeco:openblas with the classifier ")
        .append(Platform.current().classifier())
        .append(" on the class path, or give the folder of a libtorch with -D")
        .append(LibTorch.DIRECTORY_PROPERTY)
        .append("=FOLDER or the environment variable ")
        .append(LibTorch.DIRECTORY_VARIABLE)
        .toString();
  }
}
