/**
 * A server for images: endpoints in the shape of OpenAI's image API, and a page. {@link
 * io.nextscale.serve.ImageServer} is the entry.
 */
@NullMarked
package io.nextscale.serve;

import org.jspecify.annotations.NullMarked;
