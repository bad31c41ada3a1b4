/** Entry of the what-if screen's worker thread. */
import { serveTasks } from '../../engines/workerServer.js';
import { evaluate, recommendFor } from './tasks.js';

serveTasks({ evaluate, recommend: recommendFor });
