/**
 * What the catalogs know, typed. Units: seconds, bytes, USD, FLOP/s; GiB and GB/s only where a field says so.
 * Every fact carries where it came from and as of when.
 */

/** Where a fact came from. */
export interface Provenance {
  readonly source: string;
  readonly asOf: string;
  readonly notes: string;
}

export type AcceleratorKind = 'gpu' | 'tpu' | 'npu' | 'cpu';

/** One accelerator (or CPU socket): dense datasheet peaks, absent where the device has no such unit or nothing is published. */
export interface Accelerator extends Provenance {
  readonly name: string;
  readonly vendor: string;
  readonly kind: AcceleratorKind;
  readonly architecture: string;
  /** Device memory in GiB as sold (×2³⁰ bytes); absent for CPUs, whose memory belongs to the instance. */
  readonly memoryGiB?: number;
  /** Memory bandwidth, decimal GB/s. */
  readonly bandwidthGBps?: number;
  /** Dense peaks in TFLOP/s (int8 in TOP/s). */
  readonly tflops: {
    readonly fp32?: number;
    readonly tf32?: number;
    readonly bf16?: number;
    readonly fp16?: number;
    readonly fp8?: number;
    readonly int8?: number;
    readonly fp4?: number;
  };
  readonly interconnect: string;
  /** Scale-up link, decimal GB/s per direction and device; absent where there is none. */
  readonly linkGBps?: number;
  /** Devices that reach each other over that link. */
  readonly scaleUpDomain: number;
  /** Host link, decimal GB/s per direction. */
  readonly pcieGBps?: number;
  readonly tdpWatts?: number;
  readonly cores?: number;
  readonly released: string;
  readonly confidence: string;
}

/** How a price came to be: a published list price, or one that was reconstructed. */
export type PriceQuality = 'list' | 'list_inferred' | 'dws' | 'missing';

/** One instance type in one region. Prices are for the whole instance and hour. */
export interface Instance extends Provenance {
  readonly provider: string;
  readonly type: string;
  readonly region: string;
  /** 0 where the provider does not publish it (TPU slices, some GPU clouds); likewise memory. */
  readonly vcpus: number;
  readonly memoryGiB: number;
  readonly cpuArch: string;
  readonly cpuVendor: string;
  /** Name in the accelerator catalog; absent for CPU-only instances. */
  readonly accelerator?: string;
  readonly acceleratorCount: number;
  /** Memory of one accelerator as this provider reports it, GiB: the usable part on EC2, or a slice's share. */
  readonly acceleratorMemoryGiB?: number;
  readonly localNvmeGB?: number;
  readonly networkGbps?: number;
  readonly onDemandUsdPerHour?: number;
  readonly spotUsdPerHour?: number;
  readonly spotInterruptionBand?: string;
  readonly reserved1yUsdPerHour?: number;
  readonly reserved1yUpfrontUsdPerHour?: number;
  readonly reserved3yUsdPerHour?: number;
  readonly priceQuality: PriceQuality;
  /** Where and when the spot price and the reserved prices were read, when that differs from the row. */
  readonly spotSource?: string;
  readonly spotAsOf?: string;
  readonly reservedAsOf?: string;
}

export type AttentionKind = 'MHA' | 'GQA' | 'MQA' | 'MLA' | 'none';

/** A transformer encoder that turns images or audio into tokens of a language model. Sizes are counts of parameters. */
export interface MediaEncoder {
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly gatedMlp: boolean;
  /** With its projector where that is published; otherwise of its layers. */
  readonly params: number;
}

/** How a model sees images. Lengths in pixels. */
export interface Vision extends MediaEncoder {
  /** Side of a patch, and of the square of patches that becomes one token. */
  readonly patch: number;
  readonly merge: number;
  /** `grid`: an image keeps its size, rounded to whole tokens; `fixed`: it is scaled to one size; `tiles`: it is cut into tiles of one size. */
  readonly kind: 'grid' | 'fixed' | 'tiles';
  /** Side of the fixed image or of a tile, and the tokens of one. */
  readonly image?: number;
  readonly tokens?: number;
  /** Tiles of an image at most, the overview apart. */
  readonly maxTiles?: number;
  /** A grid has at least and at most so many pixels, or sides at most so long. */
  readonly minPixels?: number;
  readonly maxPixels?: number;
  readonly maxSide?: number;
  /** Each row of a grid ends with a token of its own. */
  readonly rowToken: boolean;
  /** Patches that a windowed layer sees; all layers but `fullLayers` are windowed. */
  readonly window?: number;
  readonly fullLayers: number;
}

/** How a model hears: audio is cut into windows of a fixed length, each encoded whole. */
export interface Hearing extends MediaEncoder {
  readonly windowS: number;
  /** Positions of the encoder, and tokens of the language model, for a second. */
  readonly positionsPerS: number;
  readonly tokensPerS: number;
}

/** One model card. Sizes are counts of parameters (not billions) and tokens. */
export interface ModelCard extends Provenance {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly family: string;
  readonly kind: string;
  readonly paramsTotal: number;
  /** Parameters that a token touches (equals the total for dense models). */
  readonly paramsActive: number;
  /** The same two counts from the dimensions below, whatever was published; absent where the card has no dimensions. */
  readonly paramsComputed?: number;
  readonly paramsActiveComputed?: number;
  readonly verified: string;
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocab: number;
  readonly gatedMlp: boolean;
  readonly tiedEmbeddings: boolean;
  readonly attention: AttentionKind;
  readonly moe?: {
    readonly experts: number;
    readonly expertsPerToken: number;
    readonly sharedExperts: number;
    readonly intermediate: number;
    /** Leading layers that are dense. */
    readonly denseLayers: number;
  };
  readonly mla?: {
    readonly kvLoraRank: number;
    readonly qLoraRank: number;
    readonly qkNopeHeadDim: number;
    readonly qkRopeHeadDim: number;
    readonly vHeadDim: number;
  };
  /** Sliding-window (or linear) attention layers: `layers` of them see at most `window` tokens (0 for linear layers: constant state). */
  readonly sliding?: { readonly window: number; readonly layers: number };
  readonly maxContext?: number;
  /** Bytes of keys and values a token leaves behind at bf16, over all layers (upper bound where windows cap it). */
  readonly kvBytesPerTokenBf16?: number;
  /** Encoders of images and audio in front of the language model, which `paramsTotal` does not count. */
  readonly vision?: Vision;
  readonly hearing?: Hearing;
  readonly mediaSource?: string;
  /** For encoders, vision, diffusion…: GFLOP for one item, and what the item is. */
  readonly gflopPerItem?: number;
  /** How often an image goes through a diffusion model, as its own pipeline has it unless told otherwise. */
  readonly denoising?: { readonly steps: number; readonly isGuided: boolean };
  readonly item?: string;
}
