internal import CImageFiles
import GraftTensor

/// Turns the bytes of an image file into pixels.
struct ImageDecoder {
  let decoding: ImageDecoding

  init(_ decoding: ImageDecoding) { self.decoding = decoding }

  /// The pixels, `[channels, height, width]`.
  func pixels(of bytes: [UInt8]) throws(DataError) -> Tensor<UInt8> {
    let format = try ImageFormat(recognizing: bytes)
    let library: ImageLibrary
    switch format {
    case .portableMap: return try PortableMap(bytes, decoding: decoding).pixels(of: bytes)
    case .jpeg: library = .jpeg
    case .png: library = .png
    }
    let full = try library.size(of: bytes)
    try decoding.check(full)
    let denominator = format == .jpeg ? decoding.denominator(for: full) : 1
    let stored = ImageSize(
      height: (full.height + denominator - 1) / denominator,
      width: (full.width + denominator - 1) / denominator)
    let orientation = decoding.appliesOrientation ? library.orientation(bytes) : .upright
    return try library.decode(bytes, denominator: denominator, stored: stored, orientation, decoding)
  }
}

extension ImageDecoding {
  /// Throws unless an image of this size may be decoded.
  func check(_ size: ImageSize) throws(DataError) {
    let (pixels, overflows) = size.height.multipliedReportingOverflow(by: size.width)
    guard !overflows, pixels <= maximumPixels, max(size.height, size.width) <= Shape.maximumLength else {
      throw DataError(
        .tooLarge, "the image has \(size.width) × \(size.height) pixels, \(maximumPixels) are allowed",
        advice: "It is damaged or not for this use; raise maximumPixels if it is intended")
    }
  }

  /// By how much both lengths may be divided.
  func denominator(for size: ImageSize) -> Int {
    guard let sufficientShortSide else { return 1 }
    let most = min(size.height, size.width) / max(sufficientShortSide, 1)
    return [8, 4, 2].first { $0 <= most } ?? 1
  }
}
