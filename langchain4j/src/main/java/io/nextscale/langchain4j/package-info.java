/** Nextscale as an image model of LangChain4j. */
@NullMarked
package io.nextscale.langchain4j;

import org.jspecify.annotations.NullMarked;
