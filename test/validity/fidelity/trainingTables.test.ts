import { describe, expect, it } from 'vitest';
import { openCatalog } from '../../../src/catalog/open.js';
import type { Answer } from '../../../src/validity/fidelity/answer.js';
import { samplesToTarget } from '../../../src/validity/fidelity/mlperfTrainingWork.js';
import { otherAnswerer } from '../../../src/validity/fidelity/otherTables.js';
import { parseTable } from '../../../src/validity/measurements/table.js';

const catalog = openCatalog();
const answersOf = (csv: string): readonly Answer[] => {
  const read = parseTable('table.csv', csv);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join());
  const answer = otherAnswerer(read.table);
  return read.table.rows.map((row) => answer(row, catalog));
};
const predictedOf = (answer: Answer | undefined): number => {
  if (answer?.kind !== 'answered') throw new Error(answer?.reason);
  return answer.predicted;
};

const training =
  'run_id,dataset,job,hardware,n_accelerators,tp,pp,ep,dp,cp,framework,model,n_params,precision,sequence_length,global_batch_size,micro_batch_size,activation_checkpointing,task,metric,value,unit,source';

describe('training tables', () => {
  it('predicts published A100 throughput within a tenth', () => {
    // MosaicML llm-foundry, scripts/train/benchmarking/README.md, 2023
    const rows = [
      ['A100-80GB', 8, 'MPT-7b', 2048, 96, 6, 'false', 4641],
      ['A100-80GB', 8, 'MPT-7b', 16384, 64, 4, 'true', 2453],
      ['A100-40GB', 128, 'MPT-30b', 2048, 768, 6, 'true', 865],
      ['A100-80GB', 8, 'MPT-125m', 2048, 640, 40, 'false', 142830],
    ] as const;
    const csv = rows.map(
      ([hardware, n, model, length, batch, micro, recompute, value]) =>
        `r,d,training,${hardware},${n},1,1,1,${n},1,llm-foundry,${model},,bf16,${length},${batch},${micro},${recompute},pretrain,tokens_per_s_per_accelerator,${value},tokens/s,x`,
    );
    answersOf([training, ...csv].join('\n')).forEach((answer, at) => {
      expect(Math.abs(predictedOf(answer) / rows[at]![7] - 1)).toBeLessThan(0.1);
    });
  });

  it('answers every metric of one run consistently', () => {
    const head =
      'r,d,training,H100-SXM,64,4,2,1,8,1,megatron-lm,meta-llama/Meta-Llama-3-8B,,bf16,8192,128,1,selective,pretrain';
    const csv = ['tokens_per_s_per_accelerator', 'step_time_s', 'model_tflops_per_accelerator', 'mfu_pct'].map(
      (metric) => `${head},${metric},1,u,x`,
    );
    const [tokens, step, tflops, mfu] = answersOf([training, ...csv].join('\n')).map(predictedOf);
    expect((tokens! * step! * 64) / (128 * 8192)).toBeCloseTo(1, 9);
    expect(mfu! / 100).toBeCloseTo(tflops! / 989.4, 6);
    expect(mfu!).toBeGreaterThan(25);
    expect(mfu!).toBeLessThan(65);
  });

  it('chooses what a row leaves open, takes the size of an unknown model, and gives reasons otherwise', () => {
    const csv = [
      'r,d,training,TPUv5p,128,,,,,,MaxText,some-40b,40000000000,bf16,2048,,,,pretrain,mfu_pct,50,%,x',
      'r,d,training,TPUv9,128,,,,,,MaxText,some-40b,40000000000,bf16,2048,,,,pretrain,mfu_pct,50,%,x',
      'r,d,training,H100-SXM,8,,,,,,nemo,some-model,,bf16,2048,,,,pretrain,mfu_pct,50,%,x',
      'r,d,training,H100-SXM,8,,,,,,nemo,some-1b,1000000000,bf16,2048,,,,pretrain,loss,50,%,x',
    ];
    const [open, device, model, metric] = answersOf([training, ...csv].join('\n'));
    expect(predictedOf(open)).toBeGreaterThan(20);
    expect(open).toMatchObject({ notes: expect.arrayContaining([expect.stringContaining('40.00 B')]) });
    expect(device).toMatchObject({ kind: 'unanswered', reason: expect.stringContaining('TPUv9') });
    expect(model).toMatchObject({ kind: 'unanswered', reason: expect.stringContaining('n_params') });
    expect(metric).toMatchObject({ kind: 'unanswered', reason: expect.stringContaining('loss') });
  });
});

describe('MLPerf tables', () => {
  it('finds time to train from samples to the target', () => {
    const [lora, resnet, unknown] = answersOf(
      [
        'round,hardware,n_accelerators,n_nodes,model,seq_len,global_batch,metric,value,unit,notes,source',
        'v4.1,NVIDIA H100-SXM5-80GB,8,1,llama2_70b_lora,,8,time_to_train,27.9,minutes,,x',
        'v4.1,NVIDIA H100-SXM5-80GB,8,1,resnet,,3200,time_to_train,13.3,minutes,,x',
        'v4.1,NVIDIA H100-SXM5-80GB,8,1,minigo,,3200,time_to_train,13.3,minutes,,x',
      ].join('\n'),
    );
    expect(Math.abs(predictedOf(lora) / 27.9 - 1)).toBeLessThan(0.15);
    expect(Math.abs(predictedOf(resnet) / 13.3 - 1)).toBeLessThan(0.15);
    expect(unknown).toMatchObject({ kind: 'unanswered', reason: expect.stringContaining('minigo') });
  });

  it('passes through reference points and rises between them', () => {
    const points = [
      [100, 10],
      [400, 40],
      [800, 60],
    ] as const;
    expect(samplesToTarget(points, 50)).toBe(10);
    expect(samplesToTarget(points, 400)).toBeCloseTo(40, 9);
    expect(samplesToTarget(points, 200)).toBeCloseTo(20, 9);
    expect(samplesToTarget(points, 1600)).toBeCloseTo(90, 9);
  });

  it('answers throughput by scenario in the unit of the row', () => {
    const rows = [
      'v4.1,NVIDIA H100-SXM-80GB,8,1,,bert-99,Offline,mlperf_offline,71806,Samples/s,,x',
      'v4.1,NVIDIA H100-SXM-80GB,8,1,,bert-99,Server,mlperf_server,57214,Queries/s,,x',
      'v4.1,NVIDIA H100-SXM-80GB,8,1,,llama2-70b-99,Offline,mlperf_offline,24134,Tokens/s,,x',
      'v4.1,CPU: INTEL(R) XEON(R) PLATINUM 8592+,0,1,,resnet50,Offline,mlperf_offline,25000,Samples/s,host=2xINTEL(R) XEON(R) PLATINUM 8592+,x',
    ];
    const header =
      'round,hardware,n_accelerators,n_nodes,framework_version,model,scenario,metric,value,unit,notes,source';
    answersOf([header, ...rows].join('\n')).forEach((answer, at) => {
      expect(Math.abs(predictedOf(answer) / Number(rows[at]!.split(',')[8]) - 1)).toBeLessThan(0.25);
    });
  });
});

describe('tables of image networks', () => {
  const header =
    'hardware,kind,framework,framework_version,model,weight_precision,batch_size,img_size,params_m,gmacs,metric,value,unit,source';
  const row = (
    hardware: string,
    model: string,
    batch: number,
    side: number,
    params: number,
    gmacs: number | '',
    precision = 'amp',
  ) =>
    `${hardware},classical_inference,PyTorch,240,${model},${precision},${batch},${side},${params},${gmacs},samples_per_s,1,img/s,x`;

  it('takes the work of a network from another row where its own states none', () => {
    const [stated, unstated, larger, unknown] = answersOf(
      [
        header,
        row('A100-80GB', 'vit_base_patch16_224.augreg_in21k', 256, 224, 86.6, 17.6),
        row('A100-80GB', 'vit_base_patch16_224_in21k', 256, 224, 86.6, ''),
        row('A100-80GB', 'vit_base_patch16_224.sam', 256, 448, 86.6, ''),
        row('A100-80GB', 'something_else', 256, 224, 20, ''),
      ].join('\n'),
    );
    expect(predictedOf(unstated)).toBe(predictedOf(stated));
    expect(predictedOf(stated) / predictedOf(larger)).toBeGreaterThan(3);
    expect(unknown).toMatchObject({ kind: 'unanswered', reason: expect.stringContaining('gmacs') });
  });

  it('gains less from a faster device where memory traffic decides', () => {
    const networks = ['vit_large_patch16_224', 'mobilenetv3_large_100'] as const;
    const on = (hardware: string) =>
      answersOf(
        [header, row(hardware, networks[0], 256, 224, 304, 61.6), row(hardware, networks[1], 256, 224, 5.5, 0.22)].join(
          '\n',
        ),
      ).map(predictedOf);
    const [vit, mobile] = on('A100-80GB').map((value, at) => value / on('RTX 3090')[at]!);
    expect(vit!).toBeGreaterThan(mobile!);
    expect(
      predictedOf(answersOf([header, row('Xeon-SPR-8480', networks[1], 1, 224, 5.5, 0.22, 'fp32')].join('\n'))[0]),
    ).toBeGreaterThan(10);
  });
});
