#ifdef GRAFT_IMAGE_FILES

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "fault.h"
#include "rows.h"

// One decompression. It lives in a caller of the function that calls setjmp, so that a jump leaves it as it is.
struct reader {
  png_structp png;
  png_infop info;
  jmp_buf escape;
  struct graft_image_source source;
  struct graft_image_fault *fault;
  size_t offset;
  uint8_t *pixels;
};

static void escape(struct reader *reader, enum graft_image_status status, const char *message) {
  graft_image_fail(reader->fault, status, reader->offset, message);
  longjmp(reader->escape, 1);
}

static void stop(png_structp png, png_const_charp message) {
  escape((struct reader *)png_get_error_ptr(png), GRAFT_IMAGE_MALFORMED, message);
}

// The library warns of what it can ignore: damage to chunks that do not matter here.
static void ignore(png_structp png, png_const_charp message) { (void)png, (void)message; }

static void read_bytes(png_structp png, png_bytep out, size_t count) {
  struct reader *reader = (struct reader *)png_get_io_ptr(png);
  if (count > reader->source.count - reader->offset) {
    reader->offset = reader->source.count;
    escape(reader, GRAFT_IMAGE_TRUNCATED, "the data end early");
  }
  memcpy(out, reader->source.bytes + reader->offset, count);
  reader->offset += count;
}

static void open_source(struct reader *reader) {
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, stop, ignore);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) escape(reader, GRAFT_IMAGE_OUT_OF_MEMORY, "libpng could not be started");
  png_set_read_fn(reader->png, reader, read_bytes);
  // Lengths are judged by the caller. Texts, profiles and the like may decompress to much, and are not wanted.
  png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
#ifdef PNG_HANDLE_AS_UNKNOWN_SUPPORTED
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
#endif
  png_read_info(reader->png, reader->info);
}

static void read_size(struct reader *reader, struct graft_image_size *size) {
  open_source(reader);
  *size = (struct graft_image_size){png_get_image_width(reader->png, reader->info),
                                    png_get_image_height(reader->png, reader->info)};
}

// Deflate makes at most 1032 bytes of one, so a header can't promise more than that times the file's size.
static bool is_long_enough(const struct reader *reader) {
  double bytes = (double)png_get_rowbytes(reader->png, reader->info) * png_get_image_height(reader->png, reader->info);
  return bytes <= 1033.0 * (double)reader->source.count;
}

// Has the library give 8 bits for each channel.
static void choose_transformations(struct reader *reader, bool blends) {
  png_structp png = reader->png;
  png_byte type = png_get_color_type(png, reader->info);
  png_set_strip_16(png);
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
  if (blends && png_get_valid(png, reader->info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
}

static enum graft_pixel pixel_of(struct reader *reader) {
  switch (png_get_color_type(reader->png, reader->info)) {
    case PNG_COLOR_TYPE_GRAY: return GRAFT_PIXEL_GRAY;
    case PNG_COLOR_TYPE_GRAY_ALPHA: return GRAFT_PIXEL_GRAY_ALPHA;
    case PNG_COLOR_TYPE_RGB: return GRAFT_PIXEL_RGB;
    default: return GRAFT_PIXEL_RGB_ALPHA;
  }
}

static void decode(struct reader *reader, const struct graft_image_target *target) {
  open_source(reader);
  png_structp png = reader->png;
  if (!is_long_enough(reader)) escape(reader, GRAFT_IMAGE_TRUNCATED, "fewer bytes than the image can be packed into");
  choose_transformations(reader, target->blends);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);
  size_t height = png_get_image_height(png, reader->info), row = png_get_rowbytes(png, reader->info);
  if (png_get_image_width(png, reader->info) != target->size.width || height != target->size.height) {
    escape(reader, GRAFT_IMAGE_MALFORMED, "another size than the header's");
  }
  // Rows of an interlaced image are complete after the last pass only.
  bool is_interlaced = passes > 1;
  reader->pixels = calloc(is_interlaced ? height : 1, row);
  if (!reader->pixels) escape(reader, GRAFT_IMAGE_OUT_OF_MEMORY, "no memory for the pixels");
  enum graft_pixel pixel = pixel_of(reader);
  for (int pass = 0; pass < passes; pass++) {
    for (size_t y = 0; y < height; y++) {
      uint8_t *place = is_interlaced ? reader->pixels + y * row : reader->pixels;
      png_read_row(png, place, NULL);
      if (pass == passes - 1) graft_image_put_row(target, pixel, y, place);
    }
  }
}

static void prepare(struct reader *reader, struct graft_image_source source, struct graft_image_fault *fault) {
  memset(reader, 0, sizeof *reader);
  reader->source = source;
  reader->fault = fault;
}

static bool finish(struct reader *reader, bool is_done) {
  free(reader->pixels);
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  return is_done;
}

static bool try_size(struct reader *reader, struct graft_image_size *size) {
  if (setjmp(reader->escape)) return false;
  read_size(reader, size);
  return true;
}

static bool try_decode(struct reader *reader, const struct graft_image_target *target) {
  if (setjmp(reader->escape)) return false;
  decode(reader, target);
  return true;
}

bool graft_png_size(struct graft_image_source source, struct graft_image_size *size, struct graft_image_fault *fault) {
  struct reader reader;
  prepare(&reader, source, fault);
  return finish(&reader, try_size(&reader, size));
}

bool graft_png_decode(struct graft_image_source source, const struct graft_image_target *target,
                      struct graft_image_fault *fault) {
  struct reader reader;
  prepare(&reader, source, fault);
  return finish(&reader, try_decode(&reader, target));
}

#endif
