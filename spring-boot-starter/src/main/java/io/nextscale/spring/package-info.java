/** Nextscale as an image model of Spring AI, and its auto-configuration for Spring Boot. */
@NullMarked
package io.nextscale.spring;

import org.jspecify.annotations.NullMarked;
