import Foundation
import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// The pixels of an image file: `[3, height, width]` in RGB, or `[1, height, width]`.
  ///
  /// JPEG and PNG files are read where the package trait `ImageFiles` is on, PPM and PGM files always; what a file is
  /// is told by its first bytes, not its name. The values are those that Pillow gives for
  /// `ImageOps.exif_transpose(image).convert("RGB")`, of PNG to the bit; channels of 16 bits are cut to their upper 8,
  /// those of CMYK files are taken as Adobe's programs write them.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - decoding: The channels, what becomes of transparency and orientation, and limits.
  /// - Throws: ``DataError`` with the path if the file can't be read, is damaged or ends early, is too large, or is
  ///   of a format that this build does not read. A damaged file gives an error, never pixels that were guessed.
  public init(image file: URL, decodedBy decoding: ImageDecoding = .rgb) throws {
    let bytes = try BoundedFile.read(file, atMost: decoding.maximumBytes)
    do {
      self = try ImageDecoder(decoding).pixels(of: bytes)
    } catch {
      throw error.located(in: file.path)
    }
  }

  /// The pixels of an image file that is in memory; see ``init(image:decodedBy:)-(URL,_)``.
  ///
  /// - Throws: ``DataError`` if the bytes are damaged or end early, are too many, or are of a format that this build
  ///   does not read.
  public init(image data: Data, decodedBy decoding: ImageDecoding = .rgb) throws {
    guard data.count <= decoding.maximumBytes else {
      throw DataError(
        .tooLarge, "the image has more than \(decoding.maximumBytes) bytes",
        advice: "Raise maximumBytes if that is intended")
    }
    self = try ImageDecoder(decoding).pixels(of: [UInt8](data))
  }
}
