#ifdef GRAFT_IMAGE_FILES

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
// After jpeglib.h, which it needs.
#include <jerror.h>

#include "fault.h"
#include "rows.h"

// One decompression. It lives in a caller of the function that calls setjmp, so that a jump leaves it as it is.
struct reader {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  struct graft_image_source source;
  struct graft_image_fault *fault;
  uint32_t maximum_scans;
  bool has_ended_early;
  uint8_t *row;
};

static struct reader *reader_of(j_common_ptr info) { return (struct reader *)info->client_data; }

// How far the library has read; it goes on in bytes of its own when the file is at its end.
static size_t offset(const struct reader *reader) {
  const struct jpeg_source_mgr *source = reader->info.src;
  if (!source) return 0;
  uintptr_t begin = (uintptr_t)reader->source.bytes, next = (uintptr_t)source->next_input_byte;
  return next >= begin && next - begin <= reader->source.count ? next - begin : reader->source.count;
}

static void escape(struct reader *reader, enum graft_image_status status, const char *message) {
  graft_image_fail(reader->fault, status, offset(reader), message);
  longjmp(reader->escape, 1);
}

static enum graft_image_status status_of(int code) {
  switch (code) {
    case JERR_OUT_OF_MEMORY: return GRAFT_IMAGE_OUT_OF_MEMORY;
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF:
    case JWRN_HIT_MARKER: return GRAFT_IMAGE_TRUNCATED;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED: return GRAFT_IMAGE_UNSUPPORTED;
    default: return GRAFT_IMAGE_MALFORMED;
  }
}

static void stop(j_common_ptr info) {
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  escape(reader_of(info), status_of(info->err->msg_code), message);
}

// The library warns and guesses where data are damaged. Pixels that were guessed are not wanted; what is merely untidy
// (bytes between segments, a missing end marker) is common and harms none.
static void heed(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF: reader_of(info)->has_ended_early = true; break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC: stop(info); break;
    default: break;
  }
}

static void print_nothing(j_common_ptr info) { (void)info; }

static void count_scans(j_common_ptr info) {
  struct reader *reader = reader_of(info);
  if (reader->info.input_scan_number > (int)reader->maximum_scans) {
    escape(reader, GRAFT_IMAGE_TOO_LARGE, "more scans than any useful file has");
  }
}

static void open_source(struct reader *reader) {
  struct jpeg_decompress_struct *info = &reader->info;
  jpeg_create_decompress(info);
  // Older versions of the library take a pointer to bytes that they do not change either.
  jpeg_mem_src(info, (unsigned char *)reader->source.bytes, reader->source.count);
  jpeg_read_header(info, TRUE);
}

static void read_size(struct reader *reader, struct graft_image_size *size) {
  open_source(reader);
  *size = (struct graft_image_size){reader->info.image_width, reader->info.image_height};
}

// Every block of every component takes a bit at least. So a header can't make the library reserve more than about a
// thousand times the file's size.
static bool is_long_enough(const struct reader *reader) {
  uint64_t blocks = 0;
  for (int index = 0; index < reader->info.num_components; index++) {
    const jpeg_component_info *component = &reader->info.comp_info[index];
    blocks += (uint64_t)component->width_in_blocks * component->height_in_blocks;
  }
  return blocks / 8 <= reader->source.count;
}

// Chooses what the library shall give for a pixel.
static enum graft_pixel choose_pixel(struct reader *reader) {
  struct jpeg_decompress_struct *info = &reader->info;
  switch (info->num_components) {
    case 1: info->out_color_space = JCS_GRAYSCALE; return GRAFT_PIXEL_GRAY;
    case 3: info->out_color_space = JCS_RGB; return GRAFT_PIXEL_RGB;
    case 4: info->out_color_space = JCS_CMYK; return GRAFT_PIXEL_INVERTED_CMYK;
    default: escape(reader, GRAFT_IMAGE_UNSUPPORTED, "neither one, three nor four components");
  }
  return GRAFT_PIXEL_GRAY;
}

static void decode(struct reader *reader, uint32_t denominator, const struct graft_image_target *target) {
  struct jpeg_decompress_struct *info = &reader->info;
  open_source(reader);
  // Hardly any program writes it, and its size says nothing of how many pixels there are.
  if (info->arith_code) escape(reader, GRAFT_IMAGE_UNSUPPORTED, "arithmetic coding");
  if (!is_long_enough(reader)) escape(reader, GRAFT_IMAGE_TRUNCATED, "fewer bits than the image has blocks");
  enum graft_pixel pixel = choose_pixel(reader);
  info->scale_num = 1;
  info->scale_denom = denominator;
  reader->progress.progress_monitor = count_scans;
  info->progress = &reader->progress;
  jpeg_start_decompress(info);
  if (info->output_width != target->size.width || info->output_height != target->size.height) {
    escape(reader, GRAFT_IMAGE_MALFORMED, "another size than the header's");
  }
  reader->row = calloc(info->output_width, (size_t)info->output_components);
  if (!reader->row) escape(reader, GRAFT_IMAGE_OUT_OF_MEMORY, "no memory for a row");
  while (info->output_scanline < info->output_height) {
    JDIMENSION y = info->output_scanline;
    // A source in memory never makes it wait for more.
    if (jpeg_read_scanlines(info, &reader->row, 1) == 1) graft_image_put_row(target, pixel, y, reader->row);
  }
  // What is missing of a single scan was noticed above; whole scans may be missing as well.
  if (reader->has_ended_early && jpeg_has_multiple_scans(info)) {
    escape(reader, GRAFT_IMAGE_TRUNCATED, "scans are missing");
  }
}

static void prepare(struct reader *reader, struct graft_image_source source, struct graft_image_fault *fault) {
  memset(reader, 0, sizeof *reader);
  reader->source = source;
  reader->fault = fault;
  reader->info.err = jpeg_std_error(&reader->errors);
  reader->errors.error_exit = stop;
  reader->errors.emit_message = heed;
  reader->errors.output_message = print_nothing;
  reader->info.client_data = reader;
}

static bool finish(struct reader *reader, bool is_done) {
  free(reader->row);
  jpeg_destroy_decompress(&reader->info);
  return is_done;
}

static bool try_size(struct reader *reader, struct graft_image_size *size) {
  if (setjmp(reader->escape)) return false;
  read_size(reader, size);
  return true;
}

static bool try_decode(struct reader *reader, uint32_t denominator, const struct graft_image_target *target) {
  if (setjmp(reader->escape)) return false;
  decode(reader, denominator, target);
  return true;
}

bool graft_jpeg_size(struct graft_image_source source, struct graft_image_size *size, struct graft_image_fault *fault) {
  struct reader reader;
  prepare(&reader, source, fault);
  return finish(&reader, try_size(&reader, size));
}

bool graft_jpeg_decode(struct graft_image_source source, uint32_t denominator, uint32_t maximum_scans,
                       const struct graft_image_target *target, struct graft_image_fault *fault) {
  struct reader reader;
  prepare(&reader, source, fault);
  reader.maximum_scans = maximum_scans;
  return finish(&reader, try_decode(&reader, denominator, target));
}

#endif
